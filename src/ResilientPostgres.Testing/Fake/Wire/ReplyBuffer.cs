using System.Buffers.Binary;
using System.Text;

namespace ResilientPostgres.Testing.Wire;

/// <summary>Collects the server's messages until they are sent.</summary>
internal sealed class ReplyBuffer
{
    const int SmallBuffer = 1024;

    byte[] _bytes = new byte[SmallBuffer];
    int _message;

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    internal void Clear()
    {
        Length = 0;
        if (_bytes.Length > 64 * SmallBuffer)
        {
            _bytes = new byte[SmallBuffer];
        }
    }

    internal ReplyBuffer Begin(char type)
    {
        Byte((byte)type);
        _message = Length;
        Room(sizeof(int));
        return this;
    }

    internal void End() => BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_message), Length - _message);

    internal ReplyBuffer Byte(byte value)
    {
        Room(1)[0] = value;
        return this;
    }

    internal ReplyBuffer Int16(int value)
    {
        BinaryPrimitives.WriteInt16BigEndian(Room(sizeof(short)), (short)value);
        return this;
    }

    internal ReplyBuffer Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(Room(sizeof(int)), value);
        return this;
    }

    internal ReplyBuffer Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(Room(sizeof(long)), value);
        return this;
    }

    internal ReplyBuffer Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        return this;
    }

    internal ReplyBuffer Utf8(string value)
    {
        Encoding.UTF8.GetBytes(value, Room(Encoding.UTF8.GetByteCount(value)));
        return this;
    }

    internal ReplyBuffer String(string value) => Utf8(value).Byte(0);

    /// <summary>Reserves the length of a value that follows.</summary>
    internal int BeginValue()
    {
        Room(sizeof(int));
        return Length;
    }

    internal void EndValue(int begin) => BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(begin - sizeof(int)), Length - begin);

    /// <summary>Takes back what was written since, so that a value that can't be written leaves no half of a message.</summary>
    internal void Truncate(int length) => Length = length;

    Span<byte> Room(int length)
    {
        if (_bytes.Length - Length < length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + length));
        }

        var room = _bytes.AsSpan(Length, length);
        Length += length;
        return room;
    }
}
