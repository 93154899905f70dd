using Npgsql;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>A name comes to lead to another cluster, as after a major upgrade or in a blue/green swap: the old one takes no more writes, and the new one has its rows.</summary>
static class Upgrade
{
    public const string Name = "majorUpgrade";
    const string Host = "db.test";
    static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    public static async Task<ScenarioResult> RunAsync()
    {
        // Of different sizes, for clusters of the same template are one cluster by their system identifier.
        await using var old = await StartAsync(port: 0, first: 1, standbys: 1);
        await using var next = await StartAsync(old.Primary.Port, first: 11, standbys: 2);
        await using var names = DnsTestServer.Start();
        Lead(names, old);
        var settings = new NpgsqlConnectionStringBuilder(old.ConnectionString) { Host = Host, Port = old.Primary.Port };
        var source = new ResilientDataSourceBuilder(settings.ConnectionString).UseDns(o => o.NameServers.Add(names.EndPoint.ToString())).Build();
        await using var scenario = await Scenario.BeginAsync(Name, old.PrimaryConnectionString, source);
        var before = scenario.Source.Topology.Current.SystemIdentifier;
        await scenario.RoundAsync(async () =>
        {
            var start = TimeProvider.System.GetTimestamp();
            await CopyAsync(old, next);
            Lead(names, next);
            return new Change(start, TimeProvider.System.GetTimestamp());
        });
        await scenario.UntilAsync(() => scenario.Source.Topology.Current.SystemIdentifier != before);
        return await scenario.EndAsync(
            next.PrimaryConnectionString,
            "a name comes to lead to a cluster of another system identifier while the old one is still there, read-only: adopted; the promotion stands for the copying, the pause is from the name's move on (time to live 1 s)");
    }

    static void Lead(DnsTestServer names, PostgresCluster cluster) => names.SetAddresses(Host, _second, [.. cluster.Servers.Select(static s => s.Host)]);

    static Task<PostgresCluster> StartAsync(int port, int first, int standbys)
    {
        var options = new PostgresClusterOptions { MaxConnections = 150, Standbys = standbys, Port = port };
        for (var i = 0; i <= standbys; i++)
        {
            options.Addresses.Add($"127.0.4.{first + i}");
        }

        return PostgresCluster.StartAsync(options);
    }

    /// <summary>The old one takes no more writes, also on sessions that stand, and its rows go to the new one.</summary>
    static async Task CopyAsync(PostgresCluster old, PostgresCluster next)
    {
        long[] applied, writes, once;
        await using (var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(old.Primary.ConnectionString) { Pooling = false, Database = "app" }))
        {
            await ExecuteAsync(source, "ALTER SYSTEM SET default_transaction_read_only = on");
            await ExecuteAsync(source, "SELECT pg_reload_conf()");
            await Task.Delay(_second);
            (applied, writes, once) = (await IdsAsync(source, "applied"), await IdsAsync(source, "writes"), await IdsAsync(source, "once"));
        }

        await using var target = NpgsqlDataSource.Create(next.PrimaryConnectionString);
        await ExecuteAsync(target, Failover.Statements.Schema.Replace("CREATE TRIGGER", "-- ", StringComparison.Ordinal));
        await ExecuteAsync(target, "INSERT INTO applied SELECT unnest($1)", applied);
        await ExecuteAsync(target, "INSERT INTO writes SELECT unnest($1), 'copied'", writes);
        await ExecuteAsync(target, "INSERT INTO once SELECT unnest($1), 'copied'", once);
        await ExecuteAsync(target, "CREATE TRIGGER record_write AFTER INSERT ON writes FOR EACH ROW EXECUTE FUNCTION record_write()");
        await Task.WhenAll(next.Standbys.Select(s => next.WaitForReplayAsync(s)));
    }

    static async Task<long[]> IdsAsync(NpgsqlDataSource source, string table)
    {
        await using var command = source.CreateCommand($"SELECT COALESCE(array_agg(id), '{{}}') FROM {table}");
        return (long[])(await command.ExecuteScalarAsync())!;
    }

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql, long[]? ids = null)
    {
        await using var command = source.CreateCommand(sql);
        if (ids is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = ids });
        }

        await command.ExecuteNonQueryAsync();
    }
}
