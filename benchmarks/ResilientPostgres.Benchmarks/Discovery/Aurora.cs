using Npgsql;
using ResilientPostgres.Postgres;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>Servers with the functions of Aurora, modelled on their documentation: found, judged and followed by what those tell.</summary>
static class Aurora
{
    public const string Name = "aurora";
    const int Rounds = 5;

    public static async Task<ScenarioResult> RunAsync()
    {
        var options = new PostgresClusterOptions { MaxConnections = 200, SynchronousReplication = true };
        for (var i = 1; i <= 3; i++)
        {
            options.Addresses.Add($"127.0.5.{i}");
        }

        await using var cluster = await PostgresCluster.StartAsync(options);
        var stubs = await AuroraStubs.InstallAsync(cluster);
        var domain = stubs.EndpointOf(cluster.Servers[0]).Split('.', 2)[1];
        var provider = new PrivateNames(new AuroraEndpointProvider($"?.{domain}"), static name => $"127.0.5.{name["instance-".Length]}");
        var seeds = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Host = string.Join(',', cluster.Servers.Select(static s => s.Host)), Port = cluster.Servers[0].Port };
        await using var scenario = await Scenario.BeginAsync(
            Name, cluster.PrimaryConnectionString, new ResilientDataSourceBuilder(seeds.ConnectionString).AddEndpointProvider(provider).Build());
        for (var i = 0; i < Rounds; i++)
        {
            await scenario.RoundAsync(() => Kills.FailOverAsync(cluster), () => Kills.MendAsync(cluster, scenario));
        }

        return await scenario.EndAsync(
            cluster.PrimaryConnectionString, "SIGKILL of the writer, modelled on the documented functions and not run on AWS: no position of the log is to be had, so a lost COMMIT's answer stays unknown");
    }
}
