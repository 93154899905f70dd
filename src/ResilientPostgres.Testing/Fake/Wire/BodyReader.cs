using System.Buffers.Binary;
using System.Text;

namespace ResilientPostgres.Testing.Wire;

/// <summary>Reads a message's fields, none of them beyond its end.</summary>
internal ref struct BodyReader(ReadOnlySpan<byte> body)
{
    ReadOnlySpan<byte> _rest = body;

    internal readonly bool IsAtEnd => _rest.IsEmpty;

    internal byte Byte() => _rest.IsEmpty ? throw PostgresError.Protocol("no data left in message") : Take(1)[0];

    internal short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    internal int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    internal ReadOnlySpan<byte> Rest() => Take(_rest.Length);

    internal ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > _rest.Length)
        {
            throw PostgresError.Protocol("insufficient data left in message");
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    internal string String()
    {
        var end = _rest.IndexOf((byte)0);
        if (end < 0)
        {
            throw PostgresError.Protocol("invalid string in message");
        }

        var text = Decode(_rest[..end]);
        _rest = _rest[(end + 1)..];
        return text;
    }

    /// <summary>A count of items that take at least so many bytes each, so that no larger one is believed.</summary>
    internal int Count(int bytesEach)
    {
        var count = (ushort)Int16();
        if ((long)count * bytesEach > _rest.Length)
        {
            throw PostgresError.Protocol("insufficient data left in message");
        }

        return count;
    }

    internal readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw PostgresError.Protocol("invalid message format");
        }
    }

    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            var at = e.BytesUnknown is { Length: > 0 } unknown ? string.Join(' ', unknown.Select(static b => $"0x{b:x2}")) : "0x00";
            throw new PostgresError("22021", $"invalid byte sequence for encoding \"UTF8\": {at}");
        }
    }

    static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
