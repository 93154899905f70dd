using Npgsql;

namespace ResilientPostgres.Benchmarks.Faults;

/// <summary>The calls the scenarios make.</summary>
static class Work
{
    static long _id;

    public static long NextId() => Interlocked.Increment(ref _id);

    public static Task<int> SleepAsync(this ResilientDataSource db, double seconds, ReadPreference preference, CancellationToken token = default) =>
        db.ReadAsync(
            async (connection, ct) =>
            {
                await using var command = new NpgsqlCommand(FormattableString.Invariant($"SELECT 1 FROM pg_sleep({seconds})"), connection);
                return (int)(await command.ExecuteScalarAsync(ct))!;
            },
            preference,
            token);

    /// <summary>A write that must not run twice, and would show if it did.</summary>
    public static Task InsertAsync(this ResilientDataSource db, long id, double seconds = 0, CancellationToken token = default) =>
        db.WriteAsync((connection, ct) => InsertAsync(connection, id, seconds, ct), OperationSafety.NonIdempotent, token);

    public static async Task InsertAsync(NpgsqlConnection connection, long id, double seconds, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(FormattableString.Invariant($"INSERT INTO written SELECT $1 FROM pg_sleep({seconds})"), connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        await command.ExecuteNonQueryAsync(token);
    }

    public static async Task ReadyAsync(this ResilientDataSource db)
    {
        _ = db.Explain();
        while (db.Topology.Current is not { Status: ClusterStatus.WithPrimary } now
            || now.Endpoints.Any(e => e.Role == EndpointRole.Standby && !(db.Topology.ReplicationLag(e.Endpoint) < TimeSpan.FromSeconds(1))))
        {
            await Task.Delay(10);
        }
    }
}
