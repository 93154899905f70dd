using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ResilientPostgres.Tests.Fake.Conformance;

/// <summary>
/// Makes messages of a case's steps: <c>Q sql</c>; <c>P name[:oids] sql</c>; <c>B portal statement [| value]… [=&gt; formats]</c>, a value being text, NULL or 0x… for binary;
/// <c>D S|P name</c>; <c>E portal [rows]</c>; <c>C S|P name</c>; <c>H</c>; <c>S</c>; <c>F</c>; <c>raw hex</c>. A name of - is none.
/// </summary>
static class ProtocolScript
{
    public static byte[] Message(string step)
    {
        var (kind, rest) = step.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at ? (step[..at], step[(at + 1)..]) : (step, "");
        return kind switch
        {
            "raw" => Convert.FromHexString(rest.Replace(" ", "", StringComparison.Ordinal)),
            "Q" => Framed('Q', [.. Text(rest)]),
            "P" => Framed('P', Parse(rest)),
            "B" => Framed('B', Bind(rest)),
            "D" or "C" => Framed(kind[0], [(byte)rest[0], .. Text(Name(rest[2..]))]),
            "E" => Framed('E', Execute(rest.Split(' '))),
            "F" => Framed('F', [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
            "H" or "S" or "X" => Framed(kind[0], []),
            "startup" => Startup(rest),
            _ => throw new FormatException(step),
        };
    }

    public static bool EndsWithReady(string step) => step is "S" or "F" || step.StartsWith("Q ", StringComparison.Ordinal) || step == "Q";

    /// <summary>Protocol 3.0, then name and value in turn.</summary>
    public static byte[] Startup(string parameters)
    {
        byte[] body = [0, 3, 0, 0, .. parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(static p => p.Split('=', 2).SelectMany(Text)), 0];
        return [.. Int32(body.Length + 4), .. body];
    }

    static byte[] Framed(char type, byte[] body) => [(byte)type, .. Int32(body.Length + 4), .. body];

    static byte[] Parse(string rest)
    {
        var (name, sql) = Cut(rest);
        var parts = name.Split(':');
        var types = parts.Length > 1 ? parts[1].Split(',').Select(static t => int.Parse(t, CultureInfo.InvariantCulture)).ToArray() : [];
        return [.. Text(Name(parts[0])), .. Text(sql), .. Int16(types.Length), .. types.SelectMany(Int32)];
    }

    static byte[] Bind(string rest)
    {
        var formats = rest.Split(" => ");
        var parts = formats[0].Split(" | ");
        var names = parts[0].Split(' ');
        var values = parts.Skip(1).ToArray();
        var results = formats.Length > 1 ? formats[1].Split(',').Select(static f => int.Parse(f, CultureInfo.InvariantCulture)).ToArray() : [];
        return
        [
            .. Text(Name(names[0])), .. Text(Name(names[1])),
            .. Int16(values.Length), .. values.SelectMany(static v => Int16(IsBinary(v) ? 1 : 0)),
            .. Int16(values.Length), .. values.SelectMany(Value),
            .. Int16(results.Length), .. results.SelectMany(Int16),
        ];
    }

    static byte[] Execute(string[] words) => [.. Text(Name(words[0])), .. Int32(words.Length > 1 ? int.Parse(words[1], CultureInfo.InvariantCulture) : 0)];

    static byte[] Value(string value)
    {
        if (value == "NULL")
        {
            return Int32(-1);
        }

        var bytes = IsBinary(value) ? Convert.FromHexString(value.AsSpan(2)) : Encoding.UTF8.GetBytes(value);
        return [.. Int32(bytes.Length), .. bytes];
    }

    static bool IsBinary(string value) => value.StartsWith("0x", StringComparison.Ordinal);

    static (string First, string Behind) Cut(string text) => text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at ? (text[..at], text[(at + 1)..]) : (text, "");

    static string Name(string name) => name == "-" ? "" : name;

    static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    static byte[] Int16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, (short)value);
        return bytes;
    }

    static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
