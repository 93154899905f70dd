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

    long _freshAsOf = Never;
    long _latency;
    long _shunnedUntil;
    long _lastShunnedUntil = Never;
    int _inFlight;

    /// <summary>Operations and open sessions that we know to be on this endpoint.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Smoothed round trip of a probe, in ticks; 0 until the first.</summary>
    public long LatencyTicks => Volatile.Read(ref _latency);

    /// <summary>The moment up to which every acknowledged write is proven to be on this standby, or null.</summary>
    public TimeSpan? FreshAsOf => Volatile.Read(ref _freshAsOf) is var t and not Never ? TimeSpan.FromTicks(t) : null;

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
