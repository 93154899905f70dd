using System.Diagnostics;
using Npgsql;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>
/// Reads at a steady rate beside writes at another one, in one process. With scopes each request has its own: one that writes reads afterwards, as far as the rate of reads goes, and the other reads are
/// requests that only read.
/// </summary>
sealed class ShareLoad(ResilientDataSource db, int primaryPort, int[] acknowledged, int writesPerSecond, bool isScoped)
{
    /// <summary>How many counters there are, and acknowledged increments are counted.</summary>
    public const int Keys = 1000;

    public static readonly TimeSpan Lasts = TimeSpan.FromSeconds(6);

    const int ReadsPerSecond = 400;

    /// <summary>What those do who know nothing of positions.</summary>
    static readonly TimeSpan _naive = TimeSpan.FromSeconds(5);

    static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(1);

    readonly ShareFigures _figures = new();
    long _lastWrite;
    bool _isCounting;

    /// <summary>Reads that follow a write in its scope: half of all at most.</summary>
    int Following => isScoped ? Math.Min(writesPerSecond, ReadsPerSecond / 2) : 0;

    public async Task<ShareFigures> RunAsync()
    {
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(
            Pace.RunAsync(writesPerSecond, WriteAsync, stop.Token),
            Pace.RunAsync(ReadsPerSecond - Following, _ => TryAsync(() => ReadAsync(isAfterWrite: false)), stop.Token));
        await Task.Delay(_warmUp);
        Volatile.Write(ref _isCounting, true);
        await Task.Delay(Lasts);
        Volatile.Write(ref _isCounting, false);
        await stop.CancelAsync();
        await running;
        return _figures;
    }

    Task WriteAsync(int number) => TryAsync(async () =>
    {
        using var scope = isScoped ? ConsistencyScope.Begin() : null;
        await using (var command = db.CreateCommand("UPDATE counters SET value = value + 1 WHERE key = $1"))
        {
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = number % Keys });
            await command.ExecuteNonQueryAsync();
        }

        Interlocked.Increment(ref acknowledged[number % Keys]);
        Volatile.Write(ref _lastWrite, Stopwatch.GetTimestamp());
        if (Volatile.Read(ref _isCounting))
        {
            _figures.Wrote();
        }

        // As many of them as are to be, evenly.
        if ((long)number * Following / writesPerSecond != (number + 1L) * Following / writesPerSecond)
        {
            await ReadAsync(isAfterWrite: true);
        }
    });

    async Task ReadAsync(bool isAfterWrite)
    {
        using var scope = isScoped && !isAfterWrite ? ConsistencyScope.Begin() : null;
        var key = Random.Shared.Next(Keys);
        var least = Volatile.Read(ref acknowledged[key]);
        var began = Stopwatch.GetTimestamp();
        await using var command = db.CreateCommand("SELECT current_setting('port')::int, value FROM counters WHERE key = $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = key });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var isStandby = reader.GetInt32(0) != primaryPort;
        if (Volatile.Read(ref _isCounting))
        {
            var wouldWait = isScoped ? isAfterWrite : Volatile.Read(ref _lastWrite) is var last and not 0 && Stopwatch.GetElapsedTime(last, began) < _naive;
            _figures.Read(isStandby, !wouldWait, isStale: !isScoped && reader.GetInt64(1) < least, Stopwatch.GetElapsedTime(began));
        }
    }

    async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (NpgsqlException)
        {
            _figures.Fail();
        }
    }
}
