namespace ResilientPostgres.TestServers;

/// <summary>How Patroni replaced a leader that was killed.</summary>
/// <param name="Killed">The one before.</param>
/// <param name="Promoted">The one after.</param>
/// <param name="KilledAt">When it was killed, as <see cref="TimeProvider.GetTimestamp"/> of the system's provider counts.</param>
/// <param name="Duration">From the kill until a new session on some server was told that it is not in recovery.</param>
public sealed record PatroniFailover(PatroniMember Killed, PatroniMember Promoted, long KilledAt, TimeSpan Duration);
