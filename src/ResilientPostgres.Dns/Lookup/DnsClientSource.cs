using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;

namespace ResilientPostgres.Dns.Lookup;

/// <summary>Name servers by the DnsClient package, whose own cache is off: what is remembered, and when not, is decided by <see cref="NameMemory{T}"/>.</summary>
sealed class DnsClientSource : INameSource
{
    readonly LookupClient? _client;

    public DnsClientSource(DnsEndpointOptions options)
    {
        try
        {
            _client = new LookupClient(Translate(options));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            // The system has no name server, or tells us none. Its own resolver is left.
        }
    }

    public async Task<DnsReply> AskAsync(string name, RecordKind kind, CancellationToken cancellationToken)
    {
        if (_client is null or { NameServers.Count: 0 })
        {
            return DnsReply.None("no name server is known");
        }

        try
        {
            return Translate(await _client.QueryAsync(name, Translate(kind), cancellationToken: cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return DnsReply.Failed(e is DnsResponseException { Code: DnsResponseCode.ConnectionTimeout } ? $"no answer from {string.Join(", ", _client.NameServers)}" : e.Message);
        }
        catch (DnsResponseException e)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    public async Task<DnsReply> AskSystemAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await System.Net.Dns.GetHostAddressesAsync(name, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            return addresses.Length == 0 ? DnsReply.None("the system knows no address") : new DnsReply(ReplyStatus.Found) { Addresses = [.. addresses] };
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return DnsReply.None(e.Message);
        }
    }

    static LookupClientOptions Translate(DnsEndpointOptions options)
    {
        var servers = options.NameServers.Select(static s => IPEndPoint.Parse(s)).Select(static e => new NameServer(e.Address, e.Port == 0 ? NameServer.DefaultPort : e.Port)).ToArray();
        var translated = servers.Length == 0 ? new LookupClientOptions() : new LookupClientOptions(servers);
        translated.UseCache = false;
        translated.Timeout = options.QueryTimeout;
        translated.Retries = options.Retries;
        translated.UseTcpOnly = options.UseTcpOnly;
        translated.UseTcpFallback = true;
        translated.UseRandomNameServer = false;
        translated.ThrowDnsErrors = false;
        return translated;
    }

    static QueryType Translate(RecordKind kind) => kind switch
    {
        RecordKind.A => QueryType.A,
        RecordKind.Aaaa => QueryType.AAAA,
        _ => QueryType.SRV,
    };

    static DnsReply Translate(IDnsQueryResponse response)
    {
        switch (response.Header.ResponseCode)
        {
            case DnsHeaderResponseCode.NoError:
                break;
            case DnsHeaderResponseCode.NotExistentDomain:
                return DnsReply.None("there is no such name (NXDOMAIN)");
            default:
                return DnsReply.Failed($"{response.NameServer} answers {response.Header.ResponseCode}");
        }

        ImmutableArray<IPAddress> addresses = [.. response.Answers.OfType<AddressRecord>().Select(static r => r.Address).Distinct()];
        ImmutableArray<ServiceTarget> targets = [.. response.Answers.SrvRecords().Select(Translate).OfType<ServiceTarget>().Distinct()];
        return addresses.IsEmpty && targets.IsEmpty
            ? DnsReply.None("the name has no such record")
            : new DnsReply(ReplyStatus.Found) { Addresses = addresses, Targets = targets, TimeToLive = TimeSpan.FromSeconds(response.Answers.Min(static r => r.InitialTimeToLive)) };
    }

    // A target of "." says that the service is decidedly not there.
    static ServiceTarget? Translate(SrvRecord record) =>
        record.Target.Value.TrimEnd('.') is { Length: > 0 } host && record.Port > 0 ? new ServiceTarget(host, record.Port, record.Priority, record.Weight) : null;
}
