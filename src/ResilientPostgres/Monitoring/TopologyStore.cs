using System.Collections.Immutable;
using System.Threading.Channels;
using ResilientPostgres.Options;
using ResilientPostgres.Positions;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Monitoring;

/// <summary>Holds the one topology. Observations go in one at a time; readers take the newest snapshot by one volatile read.</summary>
sealed class TopologyStore : IDisposable
{
    readonly Lock _gate = new();
    readonly LagTracker _lag;
    readonly Func<SplitBrainAction> _policy;
    readonly Channel<ImmutableArray<TopologyEvent>> _events =
        Channel.CreateUnbounded<ImmutableArray<TopologyEvent>>(new UnboundedChannelOptions { SingleReader = true });

    volatile TopologyState _state;
    volatile TopologySnapshot _current;
    volatile IncarnationHistory _history = IncarnationHistory.Empty;
    volatile FlushedMark? _flushed;
    PrimaryMark? _mark;
    TaskCompletionSource? _observed;

    public TopologyStore(ImmutableArray<Endpoint> endpoints, Func<SplitBrainAction> policy, Func<(TimeSpan Lag, long Bytes)>? limits = null)
    {
        _lag = new LagTracker(limits ?? (static () => (Defaults.MaxReplicationLag, long.MaxValue)));
        _policy = policy;
        _state = TopologyState.Create(endpoints);
        _current = _state.Snapshot;
    }

    /// <summary>Called after each published change, on the thread that observed it: be quick and never block.</summary>
    public Action<TopologySnapshot>? Published { get; set; }

    public TopologySnapshot Current => _current;

    public TopologyState State => _state;

    /// <summary>The newest position of the primary that was asked for: by a probe, or by somebody who needed it.</summary>
    public PrimaryMark? Mark => Volatile.Read(ref _mark);

    /// <summary>The primary was asked for its position.</summary>
    public void Note(PrimaryMark mark)
    {
        for (var seen = _mark; seen is null || seen.SentAt < mark.SentAt;)
        {
            var before = Interlocked.CompareExchange(ref _mark, mark, seen);
            if (ReferenceEquals(before, seen))
            {
                return;
            }

            seen = before;
        }
    }

    /// <summary>The lives of the servers as far as they were seen.</summary>
    public IncarnationHistory History => _flushed is { } mark ? mark.AddTo(_history) : _history;

    /// <summary>What happened, in order, for the log and for watchers.</summary>
    public ChannelReader<ImmutableArray<TopologyEvent>> Events => _events.Reader;

    public void Apply(Observation observation)
    {
        TopologyChange change;
        lock (_gate)
        {
            change = TopologyReducer.Apply(_state, observation, _policy());
            _state = change.After;
            _lag.Apply(change.After);
            if (_lag.Mark is { } mark)
            {
                Note(mark);
            }

            _history = _history.With(observation);
            if (observation is Observation.Probed p)
            {
                change.After.Find(p.Endpoint)?.Gauge.RecordLatency(p.ReceivedAt - p.SentAt);
            }

            if (change.IsPublished)
            {
                _current = change.After.Snapshot;
                _events.Writer.TryWrite(change.Events);
            }
        }

        // Woken callers run elsewhere (asynchronous continuations), and only after the new snapshot stands.
        if (change.IsPublished)
        {
            Published?.Invoke(_current);
            change.Before.Snapshot.Supersede();
        }

        Interlocked.Exchange(ref _observed, null)?.TrySetResult();
    }

    /// <summary>When acknowledged commits have last shown how far the log of this life is on disk.</summary>
    public TimeSpan? FlushedAt(DateTime startedAt, DateTime? statsReset) =>
        _flushed is { } mark && mark.IsOf(startedAt, statsReset) ? mark.RaisedAt : null;

    /// <summary>An acknowledged commit has shown how far a server's log is on disk.</summary>
    public void NoteFlushed(DateTime startedAt, DateTime? statsReset, NpgsqlTypes.NpgsqlLogSequenceNumber flushed, TimeSpan now)
    {
        var mark = _flushed;
        if (mark is null || !mark.IsOf(startedAt, statsReset))
        {
            mark = MarkOf(startedAt, statsReset);
        }

        mark.Raise(flushed, now);
    }

    /// <summary>
    /// Completes at the next observation. Freshness changes with every probe but is no reason to wake everybody; only a
    /// call that waits for a standby to become fresh asks for this.
    /// </summary>
    public Task NextObservation()
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _observed, mine, null) ?? mine).Task;
    }

    /// <summary>Wakes every waiter; they find the data source disposed.</summary>
    public void Dispose()
    {
        _events.Writer.TryComplete();
        _current.Supersede();
        Interlocked.Exchange(ref _observed, null)?.TrySetResult();
    }

    FlushedMark MarkOf(DateTime startedAt, DateTime? statsReset)
    {
        lock (_gate)
        {
            _history = History;
            return _flushed = new FlushedMark(startedAt, statsReset);
        }
    }
}
