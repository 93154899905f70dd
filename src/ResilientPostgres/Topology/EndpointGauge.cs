using ResilientPostgres.Positions;

namespace ResilientPostgres.Topology;

/// <summary>
/// What changes with each probe or call and decides nothing by itself: read without a lock by the selection, so that
/// a probe does not have to publish a new snapshot. One gauge per generation of an endpoint.
/// </summary>
sealed class EndpointGauge
{
    const long Never = long.MinValue;

    // A new sample weighs one fifth, as in MongoDB's server selection: about ten probes forget an outlier.
    const int Smoothing = 5;

    static readonly TimeSpan _leastPause = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan _mostPause = TimeSpan.FromMilliseconds(500);

    long _freshAsOf = Never;
    long _latency;
    long _shunnedUntil;
    long _lastShunnedUntil = Never;
    long _behindUntil = Never;
    long _behindFor;
    int _inFlight;
    volatile bool _isHeldBack;
    volatile bool _isOverBytes;
    volatile bool _tellsPosition;
    volatile LogMark? _followed;

    /// <summary>Operations and open sessions that we know to be on this endpoint.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Smoothed round trip of a probe, in ticks; 0 until the first.</summary>
    public long LatencyTicks => Volatile.Read(ref _latency);

    /// <summary>The moment up to which every acknowledged write is proven to be on this standby, or null.</summary>
    public TimeSpan? FreshAsOf => Volatile.Read(ref _freshAsOf) is var t and not Never ? TimeSpan.FromTicks(t) : null;

    /// <summary>How far this standby is known to have replayed which timeline; null while it is not known to be on the primary's.</summary>
    public LogMark? Followed { get => _followed; set => _followed = value; }

    /// <summary>The position that it has yet to prove.</summary>
    public ulong Missing(FreshnessFloor floor) => floor.Missing(FreshAsOf, _followed);

    /// <summary>Its server has told a position of its log; one that can't is not asked with every write.</summary>
    public bool TellsPosition { get => _tellsPosition; set => _tellsPosition = value; }

    /// <summary>It was more bytes of log behind the primary than allowed when last probed.</summary>
    public bool IsOverBytes { get => _isOverBytes; set => _isOverBytes = value; }

    /// <summary>It was over the limit on lag between two probes, and has not stayed well below it since: else it would come and go with each probe.</summary>
    public bool IsHeldBack { get => _isHeldBack; set => _isHeldBack = value; }

    /// <summary>Its circuit is open: calls go elsewhere until that moment, and then one at a time to try, until it is closed.</summary>
    public bool IsCircuitOpen => Volatile.Read(ref _shunnedUntil) != 0;

    public TimeSpan ShunnedUntil => new(Volatile.Read(ref _shunnedUntil));

    public bool IsShunned(TimeSpan now) => Volatile.Read(ref _shunnedUntil) > now.Ticks;

    /// <summary>From 0 on the circuit is closed.</summary>
    public void Shun(TimeSpan until)
    {
        Volatile.Write(ref _shunnedUntil, until.Ticks);
        if (until > default(TimeSpan))
        {
            Volatile.Write(ref _lastShunnedUntil, until.Ticks);
        }
    }

    /// <summary>Its circuit is open, or was not so long ago.</summary>
    public bool WasShunned(TimeSpan now, TimeSpan within) => Volatile.Read(ref _lastShunnedUntil) is var last and not Never && last + within.Ticks > now.Ticks;

    /// <summary>Of all who find the time over, one may try; the next one only after another while, should nothing be heard of it.</summary>
    public bool TryClaimTrial(TimeSpan now, TimeSpan next)
    {
        var until = Volatile.Read(ref _shunnedUntil);
        return until != 0 && until <= now.Ticks && Interlocked.CompareExchange(ref _shunnedUntil, (now + next).Ticks, until) == until;
    }

    /// <summary>It was asked for a position and had not replayed it in time: not asked again for a while, and for longer the more often.</summary>
    public bool IsBehind(TimeSpan now) => Volatile.Read(ref _behindUntil) > now.Ticks;

    public void NoteBehind(TimeSpan now)
    {
        var pause = Math.Clamp(Volatile.Read(ref _behindFor) * 2, _leastPause.Ticks, _mostPause.Ticks);
        Volatile.Write(ref _behindFor, pause);
        Volatile.Write(ref _behindUntil, now.Ticks + pause);
    }

    /// <summary>It has shown to have replayed a position of the timeline that it follows.</summary>
    public void NoteReplayed(LogMark followed, ulong position)
    {
        followed.Raise(position);
        Volatile.Write(ref _behindFor, 0);
        Volatile.Write(ref _behindUntil, Never);
    }

    public void Enter() => Interlocked.Increment(ref _inFlight);

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Upper bound of how far the standby is behind; <see cref="TimeSpan.MaxValue"/> when nothing is proven.</summary>
    public TimeSpan LagBound(TimeSpan now)
    {
        var freshAsOf = Volatile.Read(ref _freshAsOf);
        return freshAsOf == Never ? TimeSpan.MaxValue : new TimeSpan(Math.Max(0, now.Ticks - freshAsOf));
    }

    // Replay never goes back within a generation, so neither does what it proves. Called by the one writer of topology only.
    public void ProveFresh(TimeSpan asOf) => Volatile.Write(ref _freshAsOf, Math.Max(_freshAsOf, asOf.Ticks));

    public void RecordLatency(TimeSpan roundTrip)
    {
        var old = Volatile.Read(ref _latency);
        var sample = Math.Max(1, roundTrip.Ticks);
        Volatile.Write(ref _latency, old == 0 ? sample : Math.Max(1, old + (sample - old) / Smoothing));
    }
}
