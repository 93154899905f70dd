using System.Globalization;

namespace ResilientPostgres.Discovery;

/// <summary>A switchover that is planned.</summary>
/// <param name="At">When.</param>
/// <param name="From">The leader that steps down, if it is said.</param>
/// <param name="To">The member that takes over, if one was chosen.</param>
sealed record PatroniSwitchover(DateTimeOffset At, string? From, string? To)
{
    public override string ToString() =>
        "switchover" + (From is null ? "" : $" from {From}") + (To is null ? "" : $" to {To}")
        + string.Create(CultureInfo.InvariantCulture, $" planned at {At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
}
