using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Testing;

public sealed class ChaosProxyTests : IAsyncLifetime
{
    readonly EchoServer _server = new();
    ChaosProxy _proxy = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _proxy = await ChaosProxy.StartAsync("127.0.0.1", _server.Port);

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        Assert.Equal(0, _proxy.ActiveConnections);
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Bytes_BothWays_PassAndAreCounted()
    {
        using var client = await ConnectAsync();
        await SendAsync(client, 100_000);
        Assert.Equal(100_000, (await ReceiveAsync(client, 100_000)).Length);
        Assert.Equal(100_000, _proxy.BytesToServer);
        Assert.Equal(100_000, _proxy.BytesToClient);
        Assert.Equal(1, _proxy.ActiveConnections);
        Assert.Equal(1, _proxy.AcceptedConnections);
    }

    [Theory]
    [InlineData(ProxyDirection.Both)]
    [InlineData(ProxyDirection.ToServer)]
    [InlineData(ProxyDirection.ToClient)]
    public async Task Freeze_Direction_NothingArrivesBeforeThaw(ProxyDirection direction)
    {
        using var client = await ConnectAsync();
        _proxy.Freeze(direction);
        using var late = await ConnectAsync();
        await SendAsync(client, 10);
        var received = ReceiveAsync(client, 10);
        await Assert.ThrowsAsync<TimeoutException>(() => received.WaitAsync(TimeSpan.FromMilliseconds(200), Cancelled));
        Assert.Equal(direction == ProxyDirection.ToClient ? 10 : 0, _proxy.BytesToServer);

        _proxy.Thaw(direction);
        Assert.Equal(10, (await received).Length);
    }

    [Fact]
    public async Task ResetAll_WhileFrozen_ResetsBothSides()
    {
        using var client = await ConnectAsync();
        await SendAsync(client, 1);
        await ReceiveAsync(client, 1);
        _proxy.Freeze();
        await SendAsync(client, 1);
        _proxy.ResetAll();
        var exception = await Assert.ThrowsAsync<SocketException>(() => ReceiveAsync(client, 1));
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        await UntilAsync(() => _proxy.ActiveConnections == 0);
    }

    [Fact]
    public async Task Refuse_NewConnections_OldOnesStayAndSamePortComesBack()
    {
        using var client = await ConnectAsync();
        _proxy.Refuse();
        var exception = await Assert.ThrowsAsync<SocketException>(ConnectAsync);
        Assert.Equal(SocketError.ConnectionRefused, exception.SocketErrorCode);
        await SendAsync(client, 3);
        Assert.Equal(3, (await ReceiveAsync(client, 3)).Length);

        _proxy.Accept();
        using var again = await ConnectAsync();
        await SendAsync(again, 3);
        Assert.Equal(3, (await ReceiveAsync(again, 3)).Length);
    }

    [Theory]
    [InlineData(0, CutMode.Reset)]
    [InlineData(7, CutMode.Reset)]
    [InlineData(7, CutMode.Close)]
    public async Task CutAfter_Replies_ExactlySoManyPassOnce(int bytes, CutMode mode)
    {
        using var client = await ConnectAsync();
        await SendAsync(client, 5);
        await ReceiveAsync(client, 5);
        _proxy.CutAfter(ProxyDirection.ToClient, bytes, mode);
        await SendAsync(client, 20);
        Assert.Equal(bytes, (await ReceiveAllAsync(client)).Length);
        Assert.Equal(5 + bytes, _proxy.BytesToClient);
        Assert.Equal(25, _proxy.BytesToServer);

        using var next = await ConnectAsync();
        await SendAsync(next, 50);
        Assert.Equal(50, (await ReceiveAsync(next, 50)).Length);
    }

    [Fact]
    public async Task HalfClose_OfRequests_RepliesGoOn()
    {
        using var client = await ConnectAsync();
        _proxy.CutAfter(ProxyDirection.ToServer, 10, CutMode.HalfClose);
        await SendAsync(client, 30);

        // The server got ten bytes and the end, answered them, and ends itself.
        Assert.Equal(10, (await ReceiveAsync(client, 30)).Length);
        Assert.Equal(10, _proxy.BytesToServer);
    }

    [Fact]
    public async Task LimitBandwidth_OfReplies_TheyFlowSlowly()
    {
        using var client = await ConnectAsync();
        _proxy.LimitBandwidth(20_000, ProxyDirection.ToClient);
        var began = Stopwatch.GetTimestamp();
        await SendAsync(client, 10_000);

        Assert.Equal(10_000, (await ReceiveAsync(client, 10_000)).Length);
        Assert.True(Stopwatch.GetElapsedTime(began) > TimeSpan.FromMilliseconds(450), $"{Stopwatch.GetElapsedTime(began)}");
        Assert.Equal(10_000, _proxy.BytesToServer);
        _proxy.LimitBandwidth(0);
    }

    [Fact]
    public async Task Latency_WithJitter_DelaysAndKeepsOrder()
    {
        _proxy.Latency = TimeSpan.FromMilliseconds(50);
        _proxy.LatencyJitter = TimeSpan.FromMilliseconds(50);
        _proxy.LatencyShare = 0.5;
        using var client = await ConnectAsync();
        for (byte number = 0; number < 50; number++)
        {
            await client.SendAsync(new[] { number }, Cancelled);
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(number => (byte)number), await ReceiveAsync(client, 50));

        _proxy.LatencyShare = 1;
        var start = TimeProvider.System.GetTimestamp();
        await SendAsync(client, 1);
        await ReceiveAsync(client, 1);
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(99));
    }

    [Fact]
    public async Task Retarget_NewConnections_GoThere()
    {
        await using var other = new EchoServer();
        using (var client = await ConnectAsync())
        {
            await SendAsync(client, 4);
            await ReceiveAsync(client, 4);
            _proxy.Retarget("127.0.0.1", other.Port);
            using var moved = await ConnectAsync();
            await SendAsync(moved, 4);
            Assert.Equal(4, (await ReceiveAsync(moved, 4)).Length);
            Assert.Equal((1, 1), (_server.Connections, other.Connections));
        }

        await UntilAsync(() => _proxy.ActiveConnections == 0);
    }

    async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _proxy.Port), Cancelled);
        return socket;
    }

    static async Task SendAsync(Socket socket, int length) => await socket.SendAsync(new byte[length], Cancelled);

    static async Task<byte[]> ReceiveAsync(Socket socket, int length)
    {
        var buffer = new byte[length];
        var received = 0;
        while (received < length && await socket.ReceiveAsync(buffer.AsMemory(received), Cancelled) is var count and > 0)
        {
            received += count;
        }

        return buffer[..received];
    }

    /// <summary>Receives until the connection ends, in whatever way.</summary>
    static async Task<byte[]> ReceiveAllAsync(Socket socket)
    {
        var all = new List<byte>();
        try
        {
            while (await ReceiveAsync(socket, 1) is { Length: 1 } one)
            {
                all.AddRange(one);
            }
        }
        catch (SocketException)
        {
            // Reset.
        }

        return [.. all];
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
