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

    /// <summary>
    /// This answer, and the members that only the one before named, if nobody leads or in maintenance mode: a Patroni that is stopped for an upgrade is no longer named, and
    /// its server goes on, perhaps as the primary.
    /// </summary>
    public PatroniAnswer Keeping(PatroniAnswer? before) =>
        before is null || (Leader is not null && !IsPaused)
            ? this
            : this with { Members = [.. Members, .. before.Members.Where(b => !Members.Any(m => m.Name == b.Name)).Select(static b => b.Unnamed())] };
}
