using System.Collections.Immutable;

namespace ResilientPostgres.Discovery;

/// <summary>What one member of a Patroni cluster says of all of them.</summary>
sealed record PatroniAnswer(ImmutableArray<PatroniMember> Members)
{
    /// <summary>The cluster's name; older versions don't say it here.</summary>
    public string? Scope { get; init; }

    public PatroniSwitchover? Switchover { get; init; }

    /// <summary>Maintenance mode: Patroni promotes nobody by itself.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Who holds the lead, also that of a standby cluster.</summary>
    public PatroniMember? Leader => Members.FirstOrDefault(static m => m.IsLeader);
}
