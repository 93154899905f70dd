using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ResilientPostgres.Tests.Fake.Conformance;

/// <summary>Shows a server's message as a line: what a client can tell from it, without what differs by itself from server to server.</summary>
static class ProtocolAnswer
{
    public static string Show(char type, byte[] body, short[] formats) => type switch
    {
        '1' => "ParseComplete",
        '2' => "BindComplete",
        '3' => "CloseComplete",
        'n' => "NoData",
        'I' => "EmptyQueryResponse",
        's' => "PortalSuspended",
        'C' => $"CommandComplete {Encoding.UTF8.GetString(body.AsSpan(0, body.Length - 1))}",
        'Z' => $"ReadyForQuery {(char)body[0]}",
        't' => $"ParameterDescription {string.Join(',', Enumerable.Range(0, Int16(body, 0)).Select(i => Int32(body, 2 + (i * 4))))}",
        'T' => $"RowDescription {string.Join(", ", Columns(body).Select(static c => string.Create(CultureInfo.InvariantCulture, $"{c.Name}:{c.Type}:{c.Length}:{c.Format}")))}",
        'D' => $"DataRow {string.Join(" | ", Values(body, formats))}",
        'E' => $"Error {Fields(body)}",
        'N' => $"Notice {Fields(body)}",
        'S' => $"ParameterStatus {Encoding.UTF8.GetString(body).Replace('\0', ' ').TrimEnd()}",
        'R' => $"Authentication {Int32(body, 0)}",
        _ => type.ToString(),
    };

    public static short[] FormatsOf(byte[] rowDescription) => [.. Columns(rowDescription).Select(static c => c.Format)];

    static List<(string Name, int Type, short Length, short Format)> Columns(byte[] body)
    {
        var columns = new List<(string, int, short, short)>();
        var at = 2;
        for (var i = Int16(body, 0); i > 0; i--)
        {
            var end = Array.IndexOf(body, (byte)0, at);
            columns.Add((Encoding.UTF8.GetString(body, at, end - at), Int32(body, end + 7), Int16(body, end + 11), Int16(body, end + 17)));
            at = end + 19;
        }

        return columns;
    }

    static IEnumerable<string> Values(byte[] body, short[] formats)
    {
        var at = 2;
        for (var i = 0; i < Int16(body, 0); i++)
        {
            var length = Int32(body, at);
            at += 4;
            yield return length < 0 ? "NULL"
                : i < formats.Length && formats[i] == 1 ? "0x" + Convert.ToHexStringLower(body, at, length)
                : Encoding.UTF8.GetString(body, at, length);
            at += Math.Max(0, length);
        }
    }

    static string Fields(byte[] body)
    {
        var fields = new Dictionary<char, string>();
        for (var at = 0; body[at] != 0;)
        {
            var end = Array.IndexOf(body, (byte)0, at);
            fields[(char)body[at]] = Encoding.UTF8.GetString(body, at + 1, end - at - 1);
            at = end + 1;
        }

        return $"{fields['V']} {fields['C']} {fields['M']}";
    }

    static short Int16(byte[] bytes, int at) => BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(at));

    static int Int32(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
}
