using System.Collections.Immutable;
using System.Globalization;

namespace ResilientPostgres.Discovery;

/// <summary>One member, as another or itself tells of it.</summary>
sealed record PatroniMember(string Name, string Role, string State)
{
    /// <summary>Null while it has no server yet.</summary>
    public string? Host { get; init; }

    public int Port { get; init; } = 5432;

    /// <summary>Its own REST interface.</summary>
    public Uri? Api { get; init; }

    public uint? Timeline { get; init; }

    /// <summary>Bytes behind the leader, as Patroni last saw it; null if unknown.</summary>
    public long? Lag { get; init; }

    public bool IsRestartPending { get; init; }

    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public bool IsLeader => ListedRole == EndpointRole.Primary || Role == "standby_leader";

    public EndpointRole ListedRole => Role switch
    {
        "leader" or "primary" or "master" => EndpointRole.Primary,
        "replica" or "sync_standby" or "quorum_standby" or "standby_leader" => EndpointRole.Standby,
        _ => EndpointRole.Unknown,
    };

    /// <summary>Patroni never makes it leader. The word of <c>nofailover</c> goes before that of a priority.</summary>
    public bool IsNeverPromoted => Tags.ContainsKey("nofailover") ? HasTag("nofailover") : Priority <= 0;

    long? Priority => Tags.TryGetValue("failover_priority", out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    public bool HasTag(string name) => Tags.TryGetValue(name, out var value) && value.ToLowerInvariant() is "true" or "yes" or "on" or "1";

    /// <summary>As it was last named, which says nothing of its role.</summary>
    public PatroniMember Unnamed() => this with { Role = "", State = "no longer named", Timeline = null, Lag = null };

    public override string ToString()
    {
        var parts = new List<string> { $"{Name}: {(Role.Length == 0 ? "no role" : Role)}" };
        parts.AddRange(State.Length == 0 ? [] : [State]);
        parts.AddRange(Timeline is { } timeline ? [string.Create(CultureInfo.InvariantCulture, $"timeline {timeline}")] : []);
        parts.AddRange(IsLeader ? [] : [Lag is { } lag ? string.Create(CultureInfo.InvariantCulture, $"{lag} bytes behind") : "lag unknown"]);
        parts.AddRange(IsRestartPending ? ["restart pending"] : []);
        parts.AddRange(Tags.Select(static t => t.Value == "true" ? t.Key : $"{t.Key}={t.Value}"));
        return string.Join(", ", parts);
    }
}
