namespace ResilientPostgres.Testing.State;

/// <summary>
/// A server's log and what has been made of it. A standby's replay is computed when somebody looks, from the entries' times: it needs no timer and is right on any
/// clock. Everything here is used under the cluster's lock.
/// </summary>
internal sealed class ServerLog
{
    const ulong FirstPosition = 0x0300_0000;
    const ulong FirstXid = 740;

    readonly List<LogRecord> _records = [];
    readonly Dictionary<ulong, bool> _ended = [];
    ulong _nextXid = FirstXid;
    int _replayed;

    internal TokenStore Tokens { get; } = new();

    /// <summary>Rows of transactions that go on: whoever wants the same one waits.</summary>
    internal Dictionary<(string Table, Guid Token), FakeTransaction> OpenTokens { get; } = [];

    internal uint Timeline { get; private set; } = 1;

    /// <summary>What has been written here, or received from the primary.</summary>
    internal ulong Received => _records.Count == 0 ? FirstPosition : _records[^1].End;

    internal ulong Replayed => _replayed == 0 ? FirstPosition : _records[_replayed - 1].End;

    /// <summary>What is on disk: as far as the last commit.</summary>
    internal ulong Flushed { get; private set; } = FirstPosition;

    /// <summary>Where this server's own writing began, if it has been promoted.</summary>
    internal ulong? RecoveryEnd { get; private set; }

    internal LogRecord Write(TimeSpan at, ulong xid, int bytes, IReadOnlyList<Action<TokenStore>>? committed = null, bool isFlushed = false)
    {
        var record = new LogRecord(Received + (ulong)bytes, at, xid, committed);
        Take(record);
        _replayed = _records.Count;
        Apply(record);
        Flushed = isFlushed ? record.End : Flushed;
        return record;
    }

    internal ulong NextXid() => _nextXid++;

    internal void Abort(ulong xid) => _ended[xid] = false;

    /// <returns>True if committed, false if aborted, null if it goes on.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There was no such transaction yet.</exception>
    internal bool? StatusOf(ulong xid) =>
        xid >= _nextXid ? throw new ArgumentOutOfRangeException(nameof(xid)) : _ended.TryGetValue(xid, out var isCommitted) ? isCommitted : null;

    /// <summary>What a standby receives.</summary>
    internal void Take(LogRecord record) => _records.Add(record);

    /// <summary>Replays what was written up to then.</summary>
    internal void Replay(TimeSpan writtenUntil)
    {
        for (; _replayed < _records.Count && _records[_replayed].At <= writtenUntil; _replayed++)
        {
            Apply(_records[_replayed]);
            Flushed = _records[_replayed].End;
        }
    }

    /// <summary>Fetches what is missing from a log that this one is the beginning of.</summary>
    internal void FetchFrom(ServerLog upstream)
    {
        _records.AddRange(upstream._records.Skip(_records.Count));
        Timeline = upstream.Timeline;
    }

    /// <summary>Whether that log begins with all of this one.</summary>
    internal bool IsBeginningOf(ServerLog upstream) =>
        _records.Count <= upstream._records.Count && (_records.Count == 0 || ReferenceEquals(_records[^1], upstream._records[_records.Count - 1]));

    /// <summary>Ends recovery: what was received is replayed, what was under way is aborted, and a timeline of its own begins.</summary>
    internal void Promote(TimeSpan at, uint timeline)
    {
        Replay(TimeSpan.MaxValue);
        RecoveryEnd = Received;
        AbortAllOpen();
        Timeline = timeline;
        Write(at, xid: 0, bytes: 112, isFlushed: true);
    }

    internal void AbortAllOpen()
    {
        for (var xid = FirstXid; xid < _nextXid; xid++)
        {
            _ended.TryAdd(xid, false);
        }

        OpenTokens.Clear();
    }

    /// <summary>Becomes a copy of another one, as by pg_rewind.</summary>
    internal void Rewind(ServerLog upstream)
    {
        _records.Clear();
        _ended.Clear();
        OpenTokens.Clear();
        Tokens.Replace(new TokenStore());
        (_nextXid, _replayed, RecoveryEnd, Flushed) = (FirstXid, 0, null, FirstPosition);
        FetchFrom(upstream);
        Replay(TimeSpan.MaxValue);
    }

    void Apply(LogRecord record)
    {
        _nextXid = Math.Max(_nextXid, record.Xid + 1);
        if (record.Committed is not { } effects)
        {
            return;
        }

        _ended[record.Xid] = true;
        foreach (var effect in effects)
        {
            effect(Tokens);
        }
    }
}
