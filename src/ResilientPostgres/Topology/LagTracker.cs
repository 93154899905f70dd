using ResilientPostgres.Positions;

namespace ResilientPostgres.Topology;

/// <summary>Turns probes into what is proven about each standby's freshness. Called by the one writer of topology only.</summary>
/// <param name="limits">How far a standby may be behind.</param>
sealed class LagTracker(Func<(TimeSpan Lag, long Bytes)> limits)
{
    /// <summary>What a standby must stay below to be taken again.</summary>
    const double WellBelow = 0.9;

    readonly WalHistory _history = new();
    ServerFacts? _primary;

    /// <summary>The newest answer of the primary.</summary>
    public PrimaryMark? Mark { get; private set; }

    public void Apply(TopologyState state)
    {
        if (state.Memory is not { } memory)
        {
            return;
        }

        // Another timeline is another history, and so is another server: the new one's log may be shorter.
        if (_primary is not { } known || !known.IsSameServerAs(memory.Facts) || known.Timeline != memory.Facts.Timeline)
        {
            _history.Clear();
        }

        _primary = memory.Facts;
        Sample(state, memory);
        foreach (var standby in state.Endpoints)
        {
            if (standby is { IsAnswering: true, IsDiverged: false, Facts: { InRecovery: true } facts } && facts.SystemIdentifier == memory.Facts.SystemIdentifier)
            {
                if (facts.HasLog)
                {
                    Follow(standby.Gauge, facts, state.HighestTimeline);
                }

                Prove(standby, facts);
            }
        }
    }

    /// <summary>Once on a timeline a standby stays on it, for as long as its server runs.</summary>
    void Follow(EndpointGauge gauge, in ServerFacts facts, uint timeline)
    {
        var followed = gauge.Followed;
        if (followed?.Timeline == timeline)
        {
            if (followed.Position < (ulong)facts.Lsn)
            {
                gauge.NoteReplayed(followed, (ulong)facts.Lsn);
            }
        }
        else
        {
            gauge.Followed = facts.IsOn(timeline) ? new LogMark(timeline, (ulong)facts.Lsn) : null;
        }

        gauge.IsOverBytes = Mark is { } mark && mark.Timeline == timeline && mark.Position > (ulong)facts.Lsn && mark.Position - (ulong)facts.Lsn > (ulong)limits().Bytes;
    }

    /// <summary>
    /// What is proven grows older until the next probe, so that near the limit a standby would come and go with each. One that has gone over it comes back once it
    /// stays well below for a whole turn; but one that was merely not looked at for a while is welcome at once.
    /// </summary>
    void Prove(EndpointState standby, in ServerFacts facts)
    {
        var shown = facts.HasLog ? _history.FreshAsOf(facts.Lsn) : standby.SentAt - facts.ToldLag;
        if (shown is not { } asOf)
        {
            return;
        }

        var gauge = standby.Gauge;
        var most = limits().Lag;
        var before = gauge.LagBound(standby.ReceivedAt);
        gauge.ProveFresh(asOf);
        gauge.IsHeldBack = gauge.LagBound(standby.ReceivedAt) > most / 2 && (before > most || (gauge.IsHeldBack && before > most * WellBelow));
    }

    void Sample(TopologyState state, PrimaryMemory memory)
    {
        foreach (var endpoint in state.Endpoints)
        {
            if (endpoint is { IsAnswering: true, Facts: { InRecovery: false, HasLog: true } facts } && memory.Is(endpoint))
            {
                _history.Add(endpoint.SentAt, facts.Lsn);
                if (Mark is null || Mark.SentAt < endpoint.SentAt)
                {
                    Mark = new PrimaryMark(endpoint.SentAt, facts.Timeline ?? 0, (ulong)facts.Lsn);
                }

                return;
            }
        }
    }
}
