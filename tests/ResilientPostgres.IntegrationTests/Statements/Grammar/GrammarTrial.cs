using Npgsql;
using ResilientPostgres.Postgres;
using ResilientPostgres.Statements;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Statements.Grammar;

/// <summary>Runs what is judged a read: on a standby it must not be refused, on the primary it must leave nothing.</summary>
sealed class GrammarTrial(PostgresCluster cluster, int seed)
{
    const string State =
        """
        SELECT concat_ws('|', pg_current_xact_id_if_assigned(), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),
            (SELECT md5(string_agg(name || '=' || setting, ',' ORDER BY name)) FROM pg_settings), current_setting('my.own', true),
            (SELECT count(*) FROM pg_listening_channels()), (SELECT count(*) FROM pg_prepared_statements WHERE from_sql), (SELECT count(*) FROM pg_cursors WHERE name <> ''),
            (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_largeobject_metadata), (SELECT last_value || ':' || is_called FROM s),
            (SELECT md5(coalesce(string_agg(x::text, ',' ORDER BY x), '')) FROM t x), (SELECT count(*) FROM log))
        """;

    public List<string> Misrouted { get; } = [];

    public int Generated { get; private set; }

    /// <summary>Judged reads that ran on both servers.</summary>
    public int Ran { get; private set; }

    public async Task RunAsync(int reads, CancellationToken cancellationToken = default)
    {
        await using var primary = await OpenAsync(cluster.Primary.ConnectionString, cancellationToken);
        await using (var schema = new NpgsqlCommand(GrammarSchema.Sql, primary))
        {
            await schema.ExecuteNonQueryAsync(cancellationToken);
        }

        await primary.ReloadTypesAsync(cancellationToken);
        var catalog = await new CatalogReader().ReadAsync(primary, FunctionPatterns.None, cancellationToken);
        await cluster.WaitForReplayAsync(cluster.Standbys[0], cancellationToken);
        await using var standby = await OpenAsync(cluster.Standbys[0].ConnectionString, cancellationToken);
        var statements = new StatementGenerator(seed);
        for (; Ran < reads && Generated < reads * 20; Generated++)
        {
            var sql = statements.Next();
            if (StatementClassifier.Classify(sql, catalog).IsRead)
            {
                await OneAsync(sql, primary, standby, cancellationToken);
            }
        }
    }

    async Task OneAsync(string sql, NpgsqlConnection primary, NpgsqlConnection standby, CancellationToken cancellationToken)
    {
        var refusal = await FailureAsync(sql, standby, cancellationToken);
        if (refusal is not null && (refusal.SqlState == "25006" || refusal.MessageText.Contains("recovery", StringComparison.Ordinal)))
        {
            Misrouted.Add($"{refusal.MessageText}: {sql}");
            return;
        }

        await using var transaction = await primary.BeginTransactionAsync(cancellationToken);
        var before = await StateAsync(primary, cancellationToken);
        var failure = await FailureAsync(sql, primary, cancellationToken);
        var after = failure is null ? await StateAsync(primary, cancellationToken) : before;
        await transaction.RollbackAsync(cancellationToken);
        Ran += refusal is null && failure is null ? 1 : 0;
        if (after != before)
        {
            Misrouted.Add($"{before} became {after}: {sql}");
        }
    }

    static async Task<PostgresException?> FailureAsync(string sql, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return null;
        }
        catch (PostgresException e)
        {
            return e;
        }
    }

    static async Task<string> StateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(State, connection);
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Command Timeout=20");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
