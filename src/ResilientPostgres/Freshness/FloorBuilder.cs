using ResilientPostgres.Monitoring;
using ResilientPostgres.Positions;

namespace ResilientPostgres.Freshness;

/// <summary>
/// Brings what is to be seen onto the timeline of today. What was written on an earlier one and has survived lies below the point where today's began: whoever
/// has replayed that point has it, and what has not survived nobody will see. Positions of different timelines are never compared.
/// </summary>
ref struct FloorBuilder
{
    readonly TopologyStore _store;
    readonly long? _system;
    uint _ahead;
    ulong _aheadPosition;
    bool _isTimeless;
    TimeSpan _last;

    public FloorBuilder(TopologyStore store, ReadOnlySpan<ConsistencyToken> tokens)
    {
        _store = store;
        var snapshot = store.Current;
        Timeline = (uint)snapshot.Timeline;
        _system = snapshot.SystemIdentifier;
        IsTimed = store.State.Memory?.Facts.CommitsWait != false;
        Add(tokens);
    }

    public uint Timeline { get; }

    public ulong Position { get; private set; }

    /// <summary>When what lies at the position had been acknowledged at the latest; 0 if nobody knows.</summary>
    public readonly TimeSpan PositionAt => _isTimeless ? TimeSpan.Zero : _last;

    public TimeSpan Since { get; private set; }

    /// <summary>What a standby is proven to have by time counts: not where commits are acknowledged before they are on disk.</summary>
    public bool IsTimed { get; }

    /// <summary>No standby can show that it has it: another cluster's, or where the timeline began is not known.</summary>
    public bool IsUnprovable { get; private set; }

    /// <summary>Something was written on a timeline that we have not seen yet.</summary>
    public readonly bool IsAhead => _ahead > Timeline;

    public void Add(WriteMark? written)
    {
        if (written is null)
        {
            return;
        }

        if (written.Log is { } log)
        {
            if (!TryAdd(log.Timeline, log.Position))
            {
                Since = written.Last > Since ? written.Last : Since; // Then by time.
            }

            _last = written.Last > _last ? written.Last : _last;
        }

        Since = written.Since > Since ? written.Since : Since;
    }

    /// <summary>Something was read by then, of a server that others must not be behind.</summary>
    public void AddRead(TimeSpan moment) => Since = moment > Since ? moment : Since;

    /// <summary>Tokens given with the call, which are meant for this cluster.</summary>
    public void Add(ReadOnlySpan<ConsistencyToken> tokens) => Add(tokens, isShared: false);

    /// <summary>Tokens of a scope, which serves all clusters: those of another one are for reads there.</summary>
    public void AddShared(ReadOnlySpan<ConsistencyToken> tokens) => Add(tokens, isShared: true);

    /// <summary>What a read had to see that has waited since. What nobody could show then nobody can now.</summary>
    public void Add(FreshnessFloor before)
    {
        Since = before.Since;
        _last = before.PositionAt;
        _isTimeless = before.PositionAt == TimeSpan.Zero;
        if (before.Position == FreshnessFloor.Never)
        {
            IsUnprovable = true;
        }
        else if (before.Position != 0 && !TryAdd(before.Timeline, before.Position))
        {
            IsUnprovable = _isTimeless;
            Since = _last > Since ? _last : Since;
        }
    }

    public readonly FreshnessFloor? Floor(TimeSpan since, PrimaryMark? mark, ReadTrail? trail)
    {
        // What was written on earlier timelines lies below any position of the one that is ahead.
        var position = IsUnprovable ? FreshnessFloor.Never : IsAhead ? _aheadPosition : Position;
        return position == 0 && since <= TimeSpan.Zero && trail is null
            ? null
            : new FreshnessFloor
            {
                Timeline = IsAhead ? _ahead : Timeline, Position = position, PositionAt = PositionAt, Since = since, IsTimed = IsTimed,
                Mark = since > TimeSpan.Zero || trail is not null ? mark : null, Trail = trail,
            };
    }

    void Add(ReadOnlySpan<ConsistencyToken> tokens, bool isShared)
    {
        foreach (var token in tokens)
        {
            if (token.SystemIdentifier == _system)
            {
                _isTimeless = true;
                IsUnprovable |= !TryAdd(token.Timeline, (ulong)token.Lsn);
            }
            else
            {
                // While our own identifier is not known, it may be ours.
                IsUnprovable |= !isShared || _system is null;
            }
        }
    }

    /// <summary>False if it is not known where the timeline of today began.</summary>
    bool TryAdd(uint timeline, ulong position)
    {
        if (timeline > Timeline)
        {
            _aheadPosition = timeline > _ahead ? position : timeline == _ahead ? Math.Max(_aheadPosition, position) : _aheadPosition;
            _ahead = Math.Max(_ahead, timeline);
        }
        else if (timeline == Timeline)
        {
            Position = Math.Max(Position, position);
        }
        else if (_store.State.Memory?.Facts is { RecoveryEnd: { } began } facts && facts.Timeline == Timeline)
        {
            Position = Math.Max(Position, (ulong)began);
        }
        else
        {
            return false;
        }

        return true;
    }
}
