using System.Buffers.Binary;
using System.Text;

namespace ResilientPostgres.TestServers;

/// <summary>Writes a message's parts. Names are never compressed.</summary>
sealed class DnsWriter
{
    readonly List<byte> _bytes = [];

    internal void UInt16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        _bytes.AddRange(bytes);
    }

    internal void UInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _bytes.AddRange(bytes);
    }

    internal void Bytes(ReadOnlySpan<byte> value) => _bytes.AddRange(value);

    internal void Name(string name)
    {
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var bytes = Encoding.ASCII.GetBytes(label);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, 63, nameof(name));
            _bytes.Add((byte)bytes.Length);
            _bytes.AddRange(bytes);
        }

        _bytes.Add(0);
    }

    internal void Record(string name, DnsRecordType type, uint seconds, ReadOnlySpan<byte> data)
    {
        const ushort Internet = 1;
        Name(name);
        UInt16((ushort)type);
        UInt16(Internet);
        UInt32(seconds);
        UInt16(checked((ushort)data.Length));
        Bytes(data);
    }

    internal byte[] ToArray() => [.. _bytes];
}
