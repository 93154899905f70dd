using System.Collections.Concurrent;

namespace FailoverDemo.Workload;

/// <summary>The demo's own book of what the library told it, to hold against the table in the end.</summary>
sealed class Ledger(DemoOptions options)
{
    readonly ConcurrentQueue<ShortRead> _shortReads = [];

    public IReadOnlyList<WriterLedger> Writers { get; } = [.. Enumerable.Range(0, options.Writers).Select(static _ => new WriterLedger())];

    /// <summary>Reads that did not see all they should have.</summary>
    public IReadOnlyCollection<ShortRead> ShortReads => _shortReads;

    public int AcknowledgedCount => Writers.Sum(static writer => writer.AcknowledgedCount);

    public int UnknownCount => Writers.Sum(static writer => writer.UnknownCount);

    public void Add(ShortRead read) => _shortReads.Enqueue(read);
}
