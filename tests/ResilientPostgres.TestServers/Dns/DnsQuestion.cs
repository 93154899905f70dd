using System.Buffers.Binary;
using System.Text;

namespace ResilientPostgres.TestServers;

/// <summary>What is read of a query: its one question, and how long an answer over UDP may be.</summary>
/// <param name="Id">Repeated in the answer.</param>
/// <param name="Flags">Of which the answer repeats whether recursion is desired.</param>
/// <param name="Raw">The question as it was written: a resolver may mix the case of its letters and expects them back.</param>
/// <param name="Name">As it was written, without the last dot.</param>
/// <param name="Type">The type asked for.</param>
/// <param name="PayloadSize">The longest answer over UDP.</param>
/// <param name="IsExtended">Whether the query has an OPT record, so that the answer must have one.</param>
sealed record DnsQuestion(ushort Id, ushort Flags, byte[] Raw, string Name, DnsRecordType Type, int PayloadSize, bool IsExtended)
{
    internal const int HeaderLength = 12;
    const int SmallestPayload = 512;

    /// <summary>Returns null for what is no query with one question.</summary>
    internal static DnsQuestion? Parse(ReadOnlySpan<byte> message)
    {
        const ushort Response = 0x8000;
        if (message.Length < HeaderLength || Word(message, 4) != 1 || (Word(message, 2) & Response) != 0)
        {
            return null;
        }

        var labels = new List<string>();
        var position = HeaderLength;
        while (position < message.Length && message[position] is var length and not 0)
        {
            // The only name before it would be the header: a question has nothing to point to.
            if (length > 63 || position + 1 + length > message.Length)
            {
                return null;
            }

            labels.Add(Encoding.ASCII.GetString(message.Slice(position + 1, length)));
            position += 1 + length;
        }

        var end = position + 5;
        if (end > message.Length)
        {
            return null;
        }

        var payload = Word(message, 10) == 0 ? null : PayloadOf(message[end..]);
        return new DnsQuestion(
            Word(message, 0),
            Word(message, 2),
            message[HeaderLength..end].ToArray(),
            string.Join('.', labels),
            (DnsRecordType)Word(message, position + 1),
            Math.Max(SmallestPayload, payload ?? 0),
            payload is not null);
    }

    /// <summary>An OPT record's class is the size; its name is the root.</summary>
    static int? PayloadOf(ReadOnlySpan<byte> additional) =>
        additional.Length >= 5 && additional[0] == 0 && Word(additional, 1) == (ushort)DnsRecordType.Opt ? Word(additional, 3) : null;

    static ushort Word(ReadOnlySpan<byte> message, int position) => BinaryPrimitives.ReadUInt16BigEndian(message[position..]);
}
