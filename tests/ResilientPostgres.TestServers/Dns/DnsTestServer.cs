using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>A DNS server of this process on the loopback interface, over UDP and TCP, whose records can change at any time.</summary>
public sealed class DnsTestServer : IAsyncDisposable
{
    readonly DnsZone _zone = new();
    readonly ConcurrentQueue<DnsQuery> _queries = new();
    readonly CancellationTokenSource _end = new();
    readonly Socket _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    readonly TcpListener _streams;
    readonly Task _work;

    DnsTestServer(IPEndPoint endPoint)
    {
        EndPoint = endPoint;
        _streams = new TcpListener(endPoint);
        _datagrams.Bind(endPoint);
        _streams.Start();
        _work = Task.WhenAll(AnswerDatagramsAsync(), AcceptStreamsAsync());
    }

    /// <summary>Where it is asked, over UDP and over TCP.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Every question so far, in order.</summary>
    public IReadOnlyCollection<DnsQuery> Queries => _queries;

    public static DnsTestServer Start(string address = "127.0.0.1")
    {
        while (true)
        {
            var port = LoopbackPorts.Reserve([address]);
            try
            {
                return new DnsTestServer(new IPEndPoint(IPAddress.Parse(address), port));
            }
            catch (SocketException)
            {
                // Free for TCP, but taken for UDP: it stays reserved, so that another is chosen.
            }
        }
    }

    /// <summary>Replaces all records of a name. With none the name exists and has no records.</summary>
    public void Set(string name, params DnsRecord[] records) => _zone.Set(name, records);

    /// <summary>Replaces all records of a name by addresses.</summary>
    public void SetAddresses(string name, TimeSpan timeToLive, params string[] addresses) =>
        Set(name, [.. addresses.Select(address => DnsRecord.Address(address, timeToLive))]);

    /// <summary>Lets a name exist no more (NXDOMAIN).</summary>
    public void Remove(string name) => _zone.Remove(name);

    /// <summary>Answers questions about a name otherwise, or late; with neither, as usual again.</summary>
    public void Behave(string name, DnsFault fault = DnsFault.None, TimeSpan delay = default) => _zone.Behave(name, new DnsBehavior(fault, delay));

    /// <summary>Answers questions about all names otherwise for which nothing else is said.</summary>
    public void BehaveEverywhere(DnsFault fault = DnsFault.None, TimeSpan delay = default) => _zone.Everywhere = new DnsBehavior(fault, delay);

    /// <summary>How often a name was asked for, of one type or of any.</summary>
    public int CountOf(string name, DnsRecordType? type = null) =>
        _queries.Count(query => query.Name == DnsZone.KeyOf(name) && (type is null || query.Type == type));

    /// <summary>Ends the server: its port answers no more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_end.IsCancellationRequested)
        {
            return;
        }

        await _end.CancelAsync();
        _datagrams.Dispose();
        _streams.Dispose();
        await _work;
        LoopbackPorts.Release(EndPoint.Port);
    }

    async Task AnswerDatagramsAsync()
    {
        var buffer = new byte[4_096];
        var anyone = new IPEndPoint(IPAddress.Any, 0);
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var received = await _datagrams.ReceiveFromAsync(buffer, anyone, _end.Token);
                if (DnsQuestion.Parse(buffer.AsSpan(0, received.ReceivedBytes)) is { } question)
                {
                    // One that is late must not hold up the others.
                    _ = AnswerDatagramAsync(question, received.RemoteEndPoint);
                }
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // A client that left (ICMP) is reported here; the end is seen by the loop.
            }
        }
    }

    async Task AnswerDatagramAsync(DnsQuestion question, EndPoint client)
    {
        try
        {
            if (await AnswerAsync(question, isTcp: false) is { } answer)
            {
                await _datagrams.SendToAsync(answer, client, _end.Token);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody waits for it.
        }
    }

    async Task AcceptStreamsAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                _ = AnswerStreamAsync(await _streams.AcceptTcpClientAsync(_end.Token));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The end is seen by the loop.
            }
        }
    }

    async Task AnswerStreamAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            var length = new byte[sizeof(ushort)];
            while (true)
            {
                await stream.ReadExactlyAsync(length, _end.Token);
                var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(message, _end.Token);
                if (DnsQuestion.Parse(message) is not { } question)
                {
                    return;
                }

                if (await AnswerAsync(question, isTcp: true) is { } answer)
                {
                    BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)answer.Length));
                    await stream.WriteAsync((byte[])[.. length, .. answer], _end.Token);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has gone, or the server ends.
        }
    }

    /// <summary>What is answered is what holds when the delay is over. Null for nothing.</summary>
    async Task<byte[]?> AnswerAsync(DnsQuestion question, bool isTcp)
    {
        _queries.Enqueue(new DnsQuery(DnsZone.KeyOf(question.Name), question.Type, isTcp));
        var behavior = _zone.BehaviorOf(question.Name);
        if (behavior.Delay > TimeSpan.Zero)
        {
            await Task.Delay(behavior.Delay, _end.Token);
        }

        return behavior.Fault == DnsFault.NoAnswer ? null : DnsAnswer.Write(question, _zone, behavior.Fault, isTcp);
    }
}
