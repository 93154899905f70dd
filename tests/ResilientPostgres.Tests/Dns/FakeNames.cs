using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ResilientPostgres.Dns.Lookup;

namespace ResilientPostgres.Tests.Dns;

/// <summary>A name server and the system's resolver, by table.</summary>
sealed class FakeNames : INameSource
{
    readonly ConcurrentDictionary<(string, RecordKind), DnsReply> _replies = new();
    readonly ConcurrentDictionary<string, DnsReply> _system = new();

    public ConcurrentQueue<(string Name, RecordKind Kind)> Asked { get; } = new();

    public ConcurrentQueue<string> AskedOfSystem { get; } = new();

    /// <summary>Names that are never answered for.</summary>
    public HashSet<string> Hanging { get; } = [];

    public void Set(string name, int seconds, params string[] addresses)
    {
        ImmutableArray<IPAddress> all = [.. addresses.Select(IPAddress.Parse)];
        Set(name, RecordKind.A, Found(seconds, all.RemoveAll(static a => a.AddressFamily == AddressFamily.InterNetworkV6)));
        Set(name, RecordKind.Aaaa, Found(seconds, all.RemoveAll(static a => a.AddressFamily == AddressFamily.InterNetwork)));
    }

    public void Set(string name, RecordKind kind, DnsReply reply) => _replies[(name, kind)] = reply;

    public void Fail(string name, string reason)
    {
        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            Set(name, kind, DnsReply.Failed(reason));
        }
    }

    public void Remove(string name)
    {
        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            _replies.TryRemove((name, kind), out _);
        }
    }

    public void SetService(string name, int seconds, params ServiceTarget[] targets) =>
        Set(name, RecordKind.Srv, new DnsReply(ReplyStatus.Found) { Targets = [.. targets], TimeToLive = TimeSpan.FromSeconds(seconds) });

    public void SetOfSystem(string name, params string[] addresses) =>
        _system[name] = new DnsReply(ReplyStatus.Found) { Addresses = [.. addresses.Select(IPAddress.Parse)] };

    public int CountOf(string name) => Asked.Count(a => a.Name == name + "." && a.Kind != RecordKind.Aaaa);

    public async Task<DnsReply> AskAsync(string name, RecordKind kind, CancellationToken cancellationToken)
    {
        Asked.Enqueue((name, kind));
        var key = name.TrimEnd('.');
        if (Hanging.Contains(key))
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return _replies.GetValueOrDefault((key, kind), DnsReply.None("no such name"));
    }

    public Task<DnsReply> AskSystemAsync(string name, CancellationToken cancellationToken)
    {
        AskedOfSystem.Enqueue(name);
        return Task.FromResult(_system.GetValueOrDefault(name, DnsReply.None("the system does not know it")));
    }

    static DnsReply Found(int seconds, ImmutableArray<IPAddress> addresses) => addresses.IsEmpty
        ? DnsReply.None("no such record")
        : new DnsReply(ReplyStatus.Found) { Addresses = addresses, TimeToLive = TimeSpan.FromSeconds(seconds) };
}
