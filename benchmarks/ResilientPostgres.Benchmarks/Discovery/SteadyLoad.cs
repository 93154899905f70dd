using System.Collections.Concurrent;
using ResilientPostgres.Benchmarks.Failover;

namespace ResilientPostgres.Benchmarks.Discovery;


/// <summary>A light, steady load: writes that may be repeated, writes in transactions that are there once or honestly unknown, and reads.</summary>
sealed class SteadyLoad : IAsyncDisposable
{
    const int Writers = 6;
    const int Transactions = 2;
    const int Readers = 4;
    static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(3);

    readonly ResilientDataSource _source;
    readonly CancellationTokenSource _stop = new();
    readonly Task[] _loops;
    long _failedReads;
    long _failedWrites;
    long _unknown;
    long _reads;

    public SteadyLoad(ResilientDataSource source)
    {
        _source = source;
        _loops =
        [
            .. Enumerable.Range(0, Writers).Select(n => Task.Run(() => WriteAsync(n, WriteOneAsync))),
            .. Enumerable.Range(Writers, Transactions).Select(n => Task.Run(() => WriteAsync(n, TransactOneAsync))),
            .. Enumerable.Range(0, Readers).Select(_ => Task.Run(ReadAsync)),
        ];
    }

    public Acknowledgements Acknowledged { get; } = new();

    public Ledger Ledger { get; } = new();

    public ConcurrentDictionary<string, int> Errors { get; } = new();

    public long Reads => Volatile.Read(ref _reads);

    public long FailedReads => Volatile.Read(ref _failedReads);

    public long FailedWrites => Volatile.Read(ref _failedWrites);

    public long Unknown => Volatile.Read(ref _unknown);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
    }

    async Task WriteAsync(int number, Func<long, Task> write)
    {
        for (var id = ((long)(number + 1) << 32) + 1; !_stop.IsCancellationRequested; id++)
        {
            try
            {
                await write(id);
                Acknowledged.Note();
                Ledger.Acknowledged(id, isOnce: write == TransactOneAsync);
            }
            catch (CommitOutcomeUnknownException)
            {
                Interlocked.Increment(ref _unknown);
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
                await _source.ReadAsync(Failover.Statements.ReadAsync);
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

    Task WriteOneAsync(long id) => _source.WriteAsync((c, token) => Failover.Statements.WriteAsync(c, id, token), OperationSafety.Idempotent);

    Task TransactOneAsync(long id) => _source.TransactAsync(async (tx, token) =>
    {
        await using var command = tx.CreateCommand("INSERT INTO once VALUES ($1, 'a row of the benchmark')");
        command.Parameters.Add(new Npgsql.NpgsqlParameter<long> { TypedValue = id });
        await command.ExecuteNonQueryAsync(token);
    });

    void Note(string what, Exception e) =>
        Errors.AddOrUpdate($"{what}: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}", 1, static (_, n) => n + 1);
}
