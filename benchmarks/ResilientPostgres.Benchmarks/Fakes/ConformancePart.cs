using Npgsql;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;
using ResilientPostgres.Tests.Fake.Conformance;

namespace ResilientPostgres.Benchmarks.Fakes;

/// <summary>Every case on a real server and on the fake.</summary>
static class ConformancePart
{
    public static async Task<(int Cases, int Differences)> RunAsync()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Standbys = 0 });
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString);
        var cases = ProtocolSpec.Load(Path.Combine("tests", "specs", "protocol"));
        var differences = 0;
        foreach (var play in cases)
        {
            var server = await ConformanceRun.OnServerAsync(play, cluster.Primary.Host, cluster.Primary.Port, async sql =>
            {
                await using var command = source.CreateCommand(sql);
                await command.ExecuteNonQueryAsync();
            });
            if (!server.SequenceEqual(await ConformanceRun.OnFakeAsync(play)))
            {
                differences++;
                Report.Progress($"differs: {play}");
            }
        }

        return (cases.Count, differences);
    }
}
