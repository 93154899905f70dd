using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace ResilientPostgres.Dns.Lookup;

/// <summary>The addresses of host names: both kinds asked at once, the last good ones kept.</summary>
sealed class HostResolver(INameSource source, DnsEndpointOptions options, SearchList search)
{
    readonly NameMemory<HostAddresses> _memory = new();
    readonly Lifetime _lifetime = new(options);
    readonly bool _isIPv6Used = options.UseIPv6 && Socket.OSSupportsIPv6;

    public async Task<Resolved<HostAddresses>> ResolveAsync(string host, LookupPass pass, CancellationToken cancellationToken)
    {
        if (_memory.Fresh(host, pass) is { } fresh)
        {
            return fresh;
        }

        var lastGood = _memory.LastGood(host);
        var asked = await AskAsync(host, lastGood, cancellationToken).ConfigureAwait(false);
        if (asked.Failure is null)
        {
            _memory.Keep(host, asked.Value!, pass.Now + asked.ValidFor);
        }

        return asked;
    }

    /// <summary>What is known without asking, where the answer takes too long.</summary>
    public Resolved<HostAddresses> GiveUp(string host, string reason) => new(_memory.LastGood(host), Lifetime.AfterFailure, reason);

    async Task<Resolved<HostAddresses>> AskAsync(string host, HostAddresses? lastGood, CancellationToken cancellationToken)
    {
        var failure = "";
        foreach (var name in Candidates(host, lastGood?.FullName))
        {
            var replies = await AskBothAsync(name, cancellationToken).ConfigureAwait(false);
            var (v4, v6) = (replies[0], replies[1]);
            if (v4.Status == ReplyStatus.Found || v6.Status == ReplyStatus.Found)
            {
                return Join(name, v4, v6, lastGood);
            }

            failure = v4.Status == ReplyStatus.Failed || v6.Status != ReplyStatus.Failed ? v4.Reason : v6.Reason;
            if (v4.Status == ReplyStatus.Failed || v6.Status == ReplyStatus.Failed)
            {
                break;
            }
        }

        // What DNS knew once is not found elsewhere when DNS fails: there it might be an old address.
        return options.UseSystemResolver && lastGood is null or { FullName: null }
            ? await AskSystemAsync(host, lastGood, failure, cancellationToken).ConfigureAwait(false)
            : new Resolved<HostAddresses>(lastGood, Lifetime.AfterFailure, failure);
    }

    /// <summary>The one it was found by comes first: a search list makes many questions of one.</summary>
    IEnumerable<string> Candidates(string host, string? found) =>
        IsLocal(host) ? [] : found is null ? search.Candidates(host) : search.Candidates(host).Where(c => c != found).Prepend(found);

    Task<DnsReply[]> AskBothAsync(string name, CancellationToken cancellationToken) => Task.WhenAll(
        source.AskAsync(name, RecordKind.A, cancellationToken),
        _isIPv6Used ? source.AskAsync(name, RecordKind.Aaaa, cancellationToken) : Task.FromResult(DnsReply.None("")));

    /// <summary>Records that are not there have been removed; where only one kind could not be asked for, its last good ones are used on.</summary>
    Resolved<HostAddresses> Join(string name, DnsReply v4, DnsReply v6, HostAddresses? lastGood)
    {
        var (validFor, ofV4) = Take(v4, lastGood?.V4, TimeSpan.MaxValue);
        (validFor, var ofV6) = Take(v6, lastGood?.V6, validFor);
        return new Resolved<HostAddresses>(new HostAddresses(ofV4, ofV6, name), validFor);
    }

    (TimeSpan ValidFor, ImmutableArray<IPAddress> Addresses) Take(DnsReply reply, ImmutableArray<IPAddress>? lastGood, TimeSpan validFor) => reply.Status switch
    {
        ReplyStatus.Found => (Lifetime.Least(validFor, _lifetime.Of(reply.TimeToLive)), reply.Addresses),
        ReplyStatus.Failed => (Lifetime.Least(validFor, Lifetime.AfterFailure), lastGood ?? []),
        _ => (validFor, []),
    };

    async Task<Resolved<HostAddresses>> AskSystemAsync(string host, HostAddresses? lastGood, string failure, CancellationToken cancellationToken)
    {
        var reply = await source.AskSystemAsync(host, cancellationToken).ConfigureAwait(false);
        var addresses = reply.Addresses.RemoveAll(a => !_isIPv6Used && a.AddressFamily == AddressFamily.InterNetworkV6);
        if (addresses.IsEmpty)
        {
            return new Resolved<HostAddresses>(lastGood, Lifetime.AfterFailure, failure.Length > 0 ? failure : reply.Reason);
        }

        var found = new HostAddresses(
            addresses.RemoveAll(static a => a.AddressFamily == AddressFamily.InterNetworkV6),
            addresses.RemoveAll(static a => a.AddressFamily != AddressFamily.InterNetworkV6),
            null);
        return new Resolved<HostAddresses>(found, Lifetime.OfSystem);
    }

    // Name servers must not be asked for it (RFC 6761).
    static bool IsLocal(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
