namespace ResilientPostgres.Topology;

/// <summary>Turns probes into what is proven about each standby's freshness. Called by the one writer of topology only.</summary>
sealed class LagTracker
{
    readonly WalHistory _history = new();
    ServerFacts? _primary;

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
            if (standby is { IsAnswering: true, IsDiverged: false, Facts: { InRecovery: true } facts }
                && facts.SystemIdentifier == memory.Facts.SystemIdentifier
                && _history.FreshAsOf(facts.Lsn) is { } asOf)
            {
                standby.Gauge.ProveFresh(asOf);
            }
        }
    }

    void Sample(TopologyState state, PrimaryMemory memory)
    {
        foreach (var endpoint in state.Endpoints)
        {
            if (endpoint is { IsAnswering: true, Facts: { InRecovery: false } facts } && memory.Is(endpoint))
            {
                _history.Add(endpoint.SentAt, facts.Lsn);
                return;
            }
        }
    }
}
