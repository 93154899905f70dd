using System.Collections.Concurrent;

namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>A light, steady load on one client: it leaves the cores idle most of the time, for what is measured is the pause.</summary>
sealed class Load(IClient client, int firstWriter) : IAsyncDisposable
{
    public const int Writers = 8;
    public const int Readers = 4;
    static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(3);

    readonly CancellationTokenSource _stop = new();
    readonly List<Task> _loops = [];
    long _failedWrites;
    long _unknownWrites;
    long _failedReads;
    long _writes;
    long _reads;

    public IClient Client => client;

    public Watch Watch { get; } = new();

    public Ledger Ledger { get; } = new();

    public ConcurrentDictionary<string, int> Errors { get; } = new();

    public Counts Counts => new(
        Volatile.Read(ref _writes), Volatile.Read(ref _reads), Volatile.Read(ref _failedWrites), Volatile.Read(ref _unknownWrites), Volatile.Read(ref _failedReads));

    /// <param name="onceWriters">How many writers more do writes that must not be repeated blindly.</param>
    public Load Start(int onceWriters = 0)
    {
        for (var i = 0; i < Writers + onceWriters; i++)
        {
            var number = firstWriter + i;
            var isOnce = i >= Writers;
            _loops.Add(Task.Run(() => WriteAsync(number, isOnce)));
        }

        for (var i = 0; i < Readers; i++)
        {
            _loops.Add(Task.Run(ReadAsync));
        }

        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        _loops.Clear();
    }

    async Task WriteAsync(int number, bool isOnce)
    {
        for (var id = ((long)number << 32) + 1; !_stop.IsCancellationRequested; id++)
        {
            try
            {
                var port = await (isOnce ? client.WriteOnceAsync(id) : client.WriteAsync(id));
                Watch.Note(port);
                Ledger.Acknowledged(id, isOnce);
                Interlocked.Increment(ref _writes);
            }
            catch (OutcomeUnknownException) when (isOnce)
            {
                // Honest, and rightly not repeated: not a failure of the library.
                Interlocked.Increment(ref _unknownWrites);
            }
            catch (Exception e)
            {
                Interlocked.Increment(ref _failedWrites);
                Note("write", e);
            }

            await Task.Delay(_pace);
        }
    }

    async Task ReadAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await client.ReadAsync();
                Interlocked.Increment(ref _reads);
            }
            catch (Exception e)
            {
                Interlocked.Increment(ref _failedReads);
                Note("read", e);
            }

            await Task.Delay(_pace);
        }
    }

    void Note(string what, Exception e) =>
        Errors.AddOrUpdate($"{what}: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}", 1, static (_, n) => n + 1);
}
