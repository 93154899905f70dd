using System.Collections.Concurrent;
using Npgsql;

namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>The writes that were acknowledged, to be compared with what the cluster holds in the end.</summary>
sealed class Ledger
{
    readonly ConcurrentQueue<long> _repeatable = new();
    readonly ConcurrentQueue<long> _once = new();

    public void Acknowledged(long id, bool isOnce) => (isOnce ? _once : _repeatable).Enqueue(id);

    /// <returns>Acknowledged writes that are not there, and writes that are there more than once.</returns>
    public async Task<(long Lost, long Duplicated)> CompareAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        var (lost, duplicated) = await CompareAsync(source, "applied", [.. _repeatable]);
        var (lostOnce, duplicatedOnce) = await CompareAsync(source, "once", [.. _once]);
        return (lost + lostOnce, duplicated + duplicatedOnce);
    }

    static async Task<(long Lost, long Duplicated)> CompareAsync(NpgsqlDataSource source, string table, long[] acknowledged)
    {
        await using var lost = source.CreateCommand($"SELECT count(*) FROM unnest($1) AS id WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.id = id.id)");
        lost.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = acknowledged });
        await using var duplicated = source.CreateCommand($"SELECT count(*) - count(DISTINCT id) FROM {table}");
        return ((long)(await lost.ExecuteScalarAsync())!, (long)(await duplicated.ExecuteScalarAsync())!);
    }
}
