using System.Buffers.Binary;
using System.Net.Sockets;

namespace ResilientPostgres.Tests.Fake.Conformance;

/// <summary>Speaks the protocol byte by byte, and notes what comes back.</summary>
sealed class ProtocolClient(string host, int port, string user, string database) : IDisposable
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    readonly TcpClient _tcp = new();
    NetworkStream? _stream;
    short[] _formats = [];

    /// <summary>Plays a case on a session of its own.</summary>
    /// <returns>A line for each message, and "closed" if the server has closed the connection.</returns>
    public async Task<IReadOnlyList<string>> PlayAsync(ProtocolCase play)
    {
        using var limit = new CancellationTokenSource(_patience);
        await _tcp.ConnectAsync(host, port, limit.Token);
        _stream = _tcp.GetStream();
        var isBare = play.Steps[0] == "bare";
        if (!isBare)
        {
            await SendAsync(ProtocolScript.Startup($"user={user} database={database} TimeZone=UTC DateStyle=ISO,MDY"), limit.Token);
            await ReadAsync([], readies: 1, limit.Token);
        }

        var steps = play.Steps.Skip(isBare ? 1 : 0).ToArray();
        await SendAsync([.. steps.SelectMany(ProtocolScript.Message)], limit.Token);
        if (isBare)
        {
            _tcp.Client.Shutdown(SocketShutdown.Send);
        }

        var seen = new List<string>();
        await ReadAsync(seen, isBare ? int.MaxValue : Math.Max(1, steps.Count(ProtocolScript.EndsWithReady)), limit.Token);
        return seen;
    }

    public void Dispose() => _tcp.Dispose();

    async Task SendAsync(byte[] bytes, CancellationToken cancellationToken) => await _stream!.WriteAsync(bytes, cancellationToken);

    async Task ReadAsync(List<string> seen, int readies, CancellationToken cancellationToken)
    {
        var header = new byte[5];
        var stream = _stream!;
        try
        {
            while (readies > 0)
            {
                await stream.ReadExactlyAsync(header.AsMemory(0, 1), cancellationToken);
                if (header[0] == 'N' && seen.Count == 0 && readies == int.MaxValue)
                {
                    seen.Add("N");
                    continue; // The answer to a request for encryption has no length.
                }

                await stream.ReadExactlyAsync(header.AsMemory(1, 4), cancellationToken);
                var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - 4];
                await stream.ReadExactlyAsync(body, cancellationToken);
                Note(seen, (char)header[0], body);
                readies -= header[0] == 'Z' ? 1 : 0;
            }
        }
        catch (Exception e) when (e is EndOfStreamException or IOException)
        {
            seen.Add("closed");
        }
        catch (OperationCanceledException)
        {
            seen.Add("hangs");
        }
    }

    void Note(List<string> seen, char type, byte[] body)
    {
        if (type == 'T')
        {
            _formats = ProtocolAnswer.FormatsOf(body);
        }

        if (type is not 'K')
        {
            seen.Add(ProtocolAnswer.Show(type, body, _formats));
        }
    }
}
