using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>Every server is listed twice, by two names, as the endpoint of a cluster and that of an instance are.</summary>
static class TwoNames
{
    public const string Name = "twoNames";
    const int Rounds = 5;

    public static async Task<ScenarioResult> RunAsync()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { MaxConnections = 200, SynchronousReplication = true });
        var hosts = cluster.Servers.SelectMany(static s => new[] { $"localhost:{s.Port}", $"{s.Host}:{s.Port}" });
        var settings = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Host = string.Join(',', hosts) };
        await using var scenario = await Scenario.BeginAsync(Name, cluster.PrimaryConnectionString, new ResilientDataSourceBuilder(settings.ConnectionString).Build());
        for (var i = 0; i < Rounds; i++)
        {
            await scenario.RoundAsync(() => Kills.FailOverAsync(cluster), () => Kills.MendAsync(cluster, scenario));
        }

        return await scenario.EndAsync(cluster.PrimaryConnectionString, "SIGKILL of a primary that is listed under two names, as are its standbys; replication is synchronous");
    }
}
