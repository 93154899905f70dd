using System.Text;
using ResilientPostgres.Testing.Sessions;

namespace ResilientPostgres.Tests.Fake.Fuzz;

/// <summary>A client that has sent all it will ever send, and reads nothing.</summary>
sealed class MemoryClient(byte[] sent) : Stream
{
    static readonly byte[] _fault = Encoding.UTF8.GetBytes(SessionLoop.OwnFault);

    int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The session's confession that it met a fault of its own; null if it did not.</summary>
    public string? Fault { get; private set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Take(buffer.Span));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Span.IndexOf(_fault) >= 0)
        {
            Fault = Encoding.UTF8.GetString(buffer.Span);
        }

        return default;
    }

    public override int Read(byte[] buffer, int offset, int count) => Take(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int Take(Span<byte> buffer)
    {
        var length = Math.Min(buffer.Length, sent.Length - _at);
        sent.AsSpan(_at, length).CopyTo(buffer);
        _at += length;
        return length;
    }
}
