using Npgsql;
using ResilientPostgres.Benchmarks.Micro;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>
/// What a routed statement costs beside plain Npgsql: the same read by key, on the same standby, in short blocks in turn. Npgsql with its defaults; ours with its own.
/// </summary>
static class StatementCostRun
{
    const int Calls = 20;
    const string Read = "SELECT n FROM costs WHERE id = $1";

    static readonly TimeSpan _duration = TimeSpan.FromSeconds(12);

    public static async Task RunAsync(Dictionary<string, object> figures)
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Standbys = 1 });
        await using var db = Build(cluster);
        await db.WriteAsync(async (connection, token) =>
        {
            await using var create = new NpgsqlCommand("CREATE TABLE costs (id int PRIMARY KEY, n bigint NOT NULL); INSERT INTO costs SELECT generate_series(1, 1000), 0", connection);
            await create.ExecuteNonQueryAsync(token);
        });
        await cluster.WaitForReplayAsync(cluster.Standbys[0]);
        while (db.ExplainRouting(Read) is not { Verdict.IsProven: true, Decision.Chosen.Role: EndpointRole.Standby })
        {
            await Task.Delay(20);
        }

        var standby = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Host = cluster.Standbys[0].Host, Port = cluster.Standbys[0].Port };
        await using var plain = NpgsqlDataSource.Create(standby);
        using var never = new CancellationTokenSource();
        var measured = await Interleaved.CompareAsync(
            [
                ("command, Npgsql", () => CommandsAsync(plain.CreateCommand, default)),
                ("command, ours", () => CommandsAsync(db.CreateCommand, default)),
                ("connection, Npgsql", () => ConnectionsAsync(plain, default)),
                ("connection, ours", () => ConnectionsAsync(db, default)),
                ("command with a token, Npgsql", () => CommandsAsync(plain.CreateCommand, never.Token)),
                ("command with a token, ours", () => CommandsAsync(db.CreateCommand, never.Token)),
            ],
            Calls,
            _duration);
        foreach (var one in measured)
        {
            Report.Progress($"{one.Name}: {one.Nanoseconds / 1000:F1} us, {one.Bytes:F0} B");
        }

        figures["timeRatio"] = Math.Round(measured[1].Nanoseconds / measured[0].Nanoseconds, 3);
        figures["extraBytes"] = Math.Round(measured[1].Bytes - measured[0].Bytes);
        figures["connectionTimeRatio"] = Math.Round(measured[3].Nanoseconds / measured[2].Nanoseconds, 3);
        figures["connectionExtraBytes"] = Math.Round(measured[3].Bytes - measured[2].Bytes);
        figures["cancellableTimeRatio"] = Math.Round(measured[5].Nanoseconds / measured[4].Nanoseconds, 3);
        figures["cancellableExtraBytes"] = Math.Round(measured[5].Bytes - measured[4].Bytes);
    }

    static ResilientDataSource Build(PostgresCluster cluster)
    {
        var builder = new ResilientDataSourceBuilder(cluster.ConnectionString);

        // Rare probes: what the monitors allocate beside the calls must not be counted as theirs.
        builder.Options.Monitoring.ProbeInterval = TimeSpan.FromMinutes(2);
        builder.Options.MaxReplicationLag = TimeSpan.FromMinutes(10);
        return builder.Build();
    }

    static async Task CommandsAsync(Func<string?, System.Data.Common.DbCommand> create, CancellationToken token)
    {
        for (var i = 0; i < Calls; i++)
        {
            await using var command = create(Read);
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = i + 1 });
            await command.ExecuteScalarAsync(token);
        }
    }

    static async Task ConnectionsAsync(System.Data.Common.DbDataSource source, CancellationToken token)
    {
        for (var i = 0; i < Calls; i++)
        {
            await using var connection = await source.OpenConnectionAsync(token);
            await using var command = connection.CreateCommand();
            command.CommandText = Read;
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = i + 1 });
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                // To the end.
            }
        }
    }
}
