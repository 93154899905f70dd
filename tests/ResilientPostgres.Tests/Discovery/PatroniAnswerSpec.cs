using ResilientPostgres.Discovery;

namespace ResilientPostgres.Tests.Discovery;

/// <summary>An answer in short: who leads, and each member's timeline (0 is unknown).</summary>
sealed class PatroniAnswerSpec
{
    public string? Leader { get; init; }

    public required Dictionary<string, uint> Members { get; init; }

    public PatroniAnswer ToAnswer() => new(
        [.. Members.Select(m => new PatroniMember(m.Key, m.Key == Leader ? "leader" : "replica", "running") { Host = m.Key, Timeline = m.Value == 0 ? null : m.Value })]);
}
