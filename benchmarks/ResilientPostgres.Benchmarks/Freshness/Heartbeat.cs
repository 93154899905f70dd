using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>
/// Commits one number after the other on the primary, each only after the one before was acknowledged, and remembers when that was. So the newest number visible on a standby tells all that it has, and
/// the next one is the oldest that it lacks.
/// </summary>
sealed class Heartbeat : IAsyncDisposable
{
    static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(2);

    readonly NpgsqlConnection _connection;
    readonly CancellationTokenSource _stop = new();

    // The first stands for number 1. Taken after the answer has come, so not too early: what it makes of the lag is not too much.
    readonly List<long> _acknowledged = [];
    readonly Task _writer;

    Heartbeat(NpgsqlConnection connection)
    {
        _connection = connection;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>How many were acknowledged. Only after the end.</summary>
    public int Count => _acknowledged.Count;

    public static async Task<Heartbeat> StartAsync(string primary)
    {
        var connection = new NpgsqlConnection(primary);
        await connection.OpenAsync();
        return new Heartbeat(connection);
    }

    /// <summary>
    /// How long before that moment the oldest heartbeat was acknowledged that a read begun later does not show; zero if it shows all that were acknowledged by then. A lower bound of the true lag at that
    /// moment, and no tolerance is needed: replay never goes back, so what the later read does not show was not there before. Only after the end.
    /// </summary>
    public TimeSpan LagAt(long moment, long visible) =>
        visible < _acknowledged.Count && _acknowledged[(int)visible] is var acknowledged && acknowledged < moment
            ? Stopwatch.GetElapsedTime(acknowledged, moment)
            : TimeSpan.Zero;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writer;
        await _connection.DisposeAsync();
    }

    async Task WriteAsync()
    {
        await using var command = new NpgsqlCommand("INSERT INTO heartbeats VALUES ($1)", _connection);
        var number = new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint };
        command.Parameters.Add(number);
        await command.PrepareAsync();
        while (!_stop.IsCancellationRequested)
        {
            number.TypedValue = _acknowledged.Count + 1;
            await command.ExecuteNonQueryAsync();
            _acknowledged.Add(Stopwatch.GetTimestamp());
            await Task.Delay(_pace);
        }
    }
}
