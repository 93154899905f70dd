using Microsoft.VisualStudio.TestTools.UnitTesting;
using ResilientPostgres.Testing;

namespace Snippets.MSTestExample;

[TestClass]
public static class RealServers
{
    public static PostgresCluster Cluster { get; private set; } = null!;

    [AssemblyInitialize]
    public static async Task StartAsync(TestContext context) => Cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Standbys = 1 });

    [AssemblyCleanup]
    public static async Task StopAsync() => await Cluster.DisposeAsync();
}
