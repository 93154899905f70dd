using System.Collections.Immutable;
using System.Net;

namespace ResilientPostgres.Dns.Lookup;

/// <summary>The answer to one question.</summary>
sealed record DnsReply(ReplyStatus Status)
{
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    public ImmutableArray<ServiceTarget> Targets { get; init; } = [];

    /// <summary>The smallest of its records', aliases included.</summary>
    public TimeSpan TimeToLive { get; init; }

    /// <summary>Why there is nothing, for people.</summary>
    public string Reason { get; init; } = "";

    public static DnsReply None(string reason) => new(ReplyStatus.None) { Reason = reason };

    public static DnsReply Failed(string reason) => new(ReplyStatus.Failed) { Reason = reason };
}
