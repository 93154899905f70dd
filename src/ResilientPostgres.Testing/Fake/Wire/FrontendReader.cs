using System.Buffers.Binary;

namespace ResilientPostgres.Testing.Wire;

/// <summary>
/// Cuts a stream of untrusted bytes into messages. A length is only believed up to a limit, and the buffer grows with the bytes that have come, never with the
/// length that was announced.
/// </summary>
internal sealed class FrontendReader(Stream stream)
{
    internal const int LongestMessage = 256 * 1024 * 1024;

    const int LongestStartup = 10_000;
    const int SmallBuffer = 4 * 1024;

    byte[] _buffer = new byte[SmallBuffer];
    int _start;
    int _end;

    /// <summary>Whether more has come than has been read as messages.</summary>
    internal bool HasMore => _end > _start;

    /// <returns>The packet after its length; null if the client has gone, or does not speak the protocol.</returns>
    internal async ValueTask<ReadOnlyMemory<byte>?> ReadStartupAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(sizeof(int), cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start)) - sizeof(int);
        if (length is < sizeof(int) or > LongestStartup)
        {
            return null; // Not the protocol: like the server, without a word.
        }

        return await FillAsync(sizeof(int) + length, cancellationToken).ConfigureAwait(false) ? Cut(sizeof(int), length) : (ReadOnlyMemory<byte>?)null;
    }

    /// <returns>The next message; null if the client has gone.</returns>
    internal async ValueTask<FrontendMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        const int header = 1 + sizeof(int);
        if (!await FillAsync(header, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var type = _buffer[_start];
        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start + 1)) - sizeof(int);
        if (length is < 0 or > LongestMessage)
        {
            throw PostgresError.Protocol("invalid message length", isFatal: true);
        }

        return await FillAsync(header + length, cancellationToken).ConfigureAwait(false) ? new FrontendMessage(type, Cut(header, length)) : null;
    }

    ReadOnlyMemory<byte> Cut(int header, int length)
    {
        var body = _buffer.AsMemory(_start + header, length);
        _start += header + length;
        return body;
    }

    async ValueTask<bool> FillAsync(int wanted, CancellationToken cancellationToken)
    {
        if (_end - _start >= wanted)
        {
            return true;
        }

        MakeRoom();
        while (_end - _start < wanted)
        {
            if (_end == _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, LongestMessage + SmallBuffer));
            }

            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    /// <summary>Moves what is left to the front, into a small buffer again after a large message.</summary>
    void MakeRoom()
    {
        var left = _end - _start;
        var target = _buffer.Length > SmallBuffer && left <= SmallBuffer ? new byte[SmallBuffer] : _buffer;
        Buffer.BlockCopy(_buffer, _start, target, 0, left);
        (_buffer, _start, _end) = (target, 0, left);
    }
}
