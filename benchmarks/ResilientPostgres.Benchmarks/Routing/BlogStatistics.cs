using Blog.Model;
using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>
/// Which server ran what, told by the servers themselves: pg_stat_statements counts each run of each statement, also on a standby, and the blog's are known by its schema's name. A statement that
/// fails is not counted there; the servers' logs have it, with its SQLSTATE.
/// </summary>
sealed class BlogStatistics
{
    const string ReadOnlyTransaction = "25006";

    // A query tag of EF Core stands before the statement, as a comment.
    const string Count = $"""
        SELECT coalesce(sum(calls) FILTER (WHERE text ~* '^(SELECT|WITH)'), 0)::bigint, coalesce(sum(calls) FILTER (WHERE text ~* '^(INSERT|UPDATE|DELETE)'), 0)::bigint
        FROM (SELECT calls, regexp_replace(query, '^(\s|--[^\n]*\n)*', '') AS text FROM pg_stat_statements WHERE query LIKE '%{BlogContext.Schema}.%') AS blog
        """;

    readonly PostgresCluster _cluster;
    int _provoked;

    BlogStatistics(PostgresCluster cluster) => _cluster = cluster;

    public static PostgresClusterOptions Configure(PostgresClusterOptions options)
    {
        options.Settings["shared_preload_libraries"] = "pg_stat_statements";
        options.Settings["log_line_prefix"] = "%m [%p] %e ";
        return options;
    }

    public static async Task<BlogStatistics> StartAsync(PostgresCluster cluster)
    {
        var statistics = new BlogStatistics(cluster);
        await ExecuteAsync(cluster.Primary, "CREATE EXTENSION pg_stat_statements");
        await statistics.WaitForReplayAsync();
        await statistics.ProveAsync();
        return statistics;
    }

    public Task WaitForReplayAsync() => Task.WhenAll(_cluster.Standbys.Select(s => _cluster.WaitForReplayAsync(s)));

    public async Task ResetAsync()
    {
        await WaitForReplayAsync();
        foreach (var server in _cluster.Servers)
        {
            await ExecuteAsync(server, "SELECT pg_stat_statements_reset()");
        }
    }

    public async Task<BlogCounts> CountAsync()
    {
        var (primaryReads, standbyReads, writes) = (0L, 0L, 0L);
        foreach (var server in _cluster.Servers)
        {
            var (read, written) = await CountAsync(server);
            writes += written;
            primaryReads += server == _cluster.Primary ? read : 0;
            standbyReads += server == _cluster.Primary ? 0 : read;
        }

        return new BlogCounts(primaryReads, standbyReads, writes);
    }

    /// <summary>Statements that a standby refused because they write.</summary>
    public async Task<int> RefusedOnStandbysAsync()
    {
        var refused = 0;
        foreach (var standby in _cluster.Standbys)
        {
            refused += (await File.ReadAllTextAsync(standby.LogFile)).Split($"] {ReadOnlyTransaction} ERROR:").Length - 1;
        }

        return refused - _provoked;
    }

    /// <summary>That nothing is found proves nothing unless something would be: so one write is tried on each standby.</summary>
    async Task ProveAsync()
    {
        foreach (var standby in _cluster.Standbys)
        {
            try
            {
                await ExecuteAsync(standby, "CREATE TABLE refused ()");
            }
            catch (PostgresException e) when (e.SqlState == ReadOnlyTransaction)
            {
                _provoked++;
            }
        }

        var missed = await RefusedOnStandbysAsync();
        if (_provoked != _cluster.Standbys.Count || missed != 0)
        {
            throw new InvalidOperationException($"{_provoked} writes were refused by {_cluster.Standbys.Count} standbys, and {_provoked + missed} found in their logs.");
        }
    }

    static async Task<(long Reads, long Writes)> CountAsync(PostgresServer server)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(Count);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    static async Task ExecuteAsync(PostgresServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
