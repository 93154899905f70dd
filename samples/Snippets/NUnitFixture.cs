using NUnit.Framework;
using ResilientPostgres.Testing;

namespace Snippets.NUnitExample;

[SetUpFixture]
public sealed class RealCluster
{
    public static PostgresCluster Cluster { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => Cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Standbys = 1 });

    [OneTimeTearDown]
    public async Task StopAsync() => await Cluster.DisposeAsync();
}
