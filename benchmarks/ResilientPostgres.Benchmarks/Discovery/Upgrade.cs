using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>Another cluster takes the place of the old one behind the same names and ports, as after a major upgrade.</summary>
static class Upgrade
{
    public const string Name = "majorUpgrade";

    public static async Task<ScenarioResult> RunAsync()
    {
        // Two templates, for clusters of the same template are one cluster by their system identifier.
        await using var old = await StartAsync(port: 0, maxConnections: 150);
        var port = old.Servers[0].Port;
        var builder = new ResilientDataSourceBuilder(old.ConnectionString);
        await using var scenario = await Scenario.BeginAsync(Name, old.PrimaryConnectionString, builder.Build());
        PostgresCluster? next = null;
        try
        {
            var before = scenario.Source.Topology.Current.SystemIdentifier;
            await scenario.RoundAsync(async () =>
            {
                // As pg_upgrade does, and as it must: first the old one stops, then its data goes over, then the new one starts.
                var start = TimeProvider.System.GetTimestamp();
                var rows = await CopyAsync(old, async () => next = await StartAsync(port, maxConnections: 160));
                return new Change(start, rows);
            });
            await scenario.UntilAsync(() => scenario.Source.Topology.Current.SystemIdentifier != before);
            return await scenario.EndAsync(next!.PrimaryConnectionString, "the cluster behind the names is replaced by one with another system identifier and adopted; the time in between is the servers' own");
        }
        finally
        {
            if (next is not null)
            {
                await next.DisposeAsync();
            }
        }
    }

    static Task<PostgresCluster> StartAsync(int port, int maxConnections)
    {
        var options = new PostgresClusterOptions { MaxConnections = maxConnections, Standbys = 1, Port = port };
        options.Addresses.Add("127.0.4.1");
        options.Addresses.Add("127.0.4.2");
        return PostgresCluster.StartAsync(options);
    }

    /// <summary>The old one takes no more writes, its rows are read out, and written to the new one before that lets anybody in but us.</summary>
    /// <returns>When the new one takes writes.</returns>
    static async Task<long> CopyAsync(PostgresCluster old, Func<Task<PostgresCluster>> startNext)
    {
        long[] applied, writes, once;
        await using (var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(old.Primary.ConnectionString) { Pooling = false, Database = "app" }))
        {
            await ExecuteAsync(source, "ALTER SYSTEM SET default_transaction_read_only = on");
            await ExecuteAsync(source, "SELECT pg_reload_conf()");
            await ExecuteAsync(source, "SELECT pg_sleep(0.2); SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
            await Task.Delay(500);
            (applied, writes, once) = (await IdsAsync(source, "applied"), await IdsAsync(source, "writes"), await IdsAsync(source, "once"));
        }

        await old.DisposeAsync();
        var next = await startNext();
        await using var target = NpgsqlDataSource.Create(next.PrimaryConnectionString);
        await using var connection = await target.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, Failover.Statements.Schema.Replace("CREATE TRIGGER", "-- ", StringComparison.Ordinal));
        await ExecuteAsync(connection, "INSERT INTO applied SELECT unnest($1)", applied);
        await ExecuteAsync(connection, "INSERT INTO writes SELECT unnest($1), 'copied'", writes);
        await ExecuteAsync(connection, "INSERT INTO once SELECT unnest($1), 'copied'", once);
        await ExecuteAsync(connection, "CREATE TRIGGER record_write AFTER INSERT ON writes FOR EACH ROW EXECUTE FUNCTION record_write()");
        await transaction.CommitAsync();
        return TimeProvider.System.GetTimestamp();
    }

    static async Task<long[]> IdsAsync(NpgsqlDataSource source, string table)
    {
        await using var command = source.CreateCommand($"SELECT COALESCE(array_agg(id), '{{}}') FROM {table}");
        return (long[])(await command.ExecuteScalarAsync())!;
    }

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, long[]? ids = null)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (ids is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = ids });
        }

        await command.ExecuteNonQueryAsync();
    }
}
