using ResilientPostgres;

namespace FailoverDemo.Workload;

/// <summary>The application: its writers and readers, until disposed.</summary>
sealed class Load(DemoOptions options, ResilientDataSource db, Ledger ledger, Scoreboard scores, ServerNames names) : IAsyncDisposable
{
    readonly List<Task> _tasks = [];
    volatile bool _isOver;

    public void Start(CancellationToken cancellationToken)
    {
        var writers = ledger.Writers.Select((book, number) => new Writer(number, db, book, scores));
        var readers = Enumerable.Range(0, options.Readers).Select(number => new Reader(number, db, ledger, scores, names));
        _tasks.AddRange(writers.Select(writer => Task.Run(() => writer.RunAsync(() => _isOver, cancellationToken), CancellationToken.None)));
        _tasks.AddRange(readers.Select(reader => Task.Run(() => reader.RunAsync(() => _isOver, cancellationToken), CancellationToken.None)));
    }

    /// <summary>Lets the calls under way end, so that each write is either acknowledged or not.</summary>
    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await Task.WhenAll(_tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        scores.Current?.WritePause.Stop();
    }
}
