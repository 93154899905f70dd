namespace ResilientPostgres.Testing;

/// <summary>How long the steps of a switchover took.</summary>
/// <param name="Stop">Stopping the old primary, its WAL sent to the standbys.</param>
/// <param name="Promote">From the promotion request until the new primary accepted writes.</param>
/// <param name="Rejoin">Until the old primary streamed from the new one.</param>
public sealed record SwitchoverTimings(TimeSpan Stop, TimeSpan Promote, TimeSpan Rejoin)
{
    /// <summary>How long no server accepted writes: the stop and the promotion.</summary>
    public TimeSpan WithoutPrimary => Stop + Promote;
}
