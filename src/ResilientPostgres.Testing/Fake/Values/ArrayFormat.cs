using System.Collections;
using System.Text;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Values;

/// <summary>Arrays of one dimension.</summary>
internal static class ArrayFormat
{
    internal static void WriteBinary(ReplyBuffer reply, PostgresType element, object value)
    {
        var items = Items(value);
        reply.Int32(items.Count == 0 ? 0 : 1).Int32(items.Contains(null) ? 1 : 0).Int32((int)element.Oid);
        if (items.Count == 0)
        {
            return;
        }

        reply.Int32(items.Count).Int32(1);
        foreach (var item in items)
        {
            ValueWriter.Write(reply, element, item, isBinary: true);
        }
    }

    internal static Array ReadBinary(PostgresType element, ref BodyReader reader)
    {
        var dimensions = reader.Int32();
        _ = reader.Int32();
        var type = PostgresTypes.Find((uint)reader.Int32()) ?? element;
        if (dimensions == 0)
        {
            return Typed(element, []);
        }

        if (dimensions != 1 || type.IsArray)
        {
            throw PostgresError.Refused("arrays of more than one dimension");
        }

        var count = reader.Int32();
        _ = reader.Int32();
        var items = new List<object?>();
        for (var i = 0; i < count; i++)
        {
            var length = reader.Int32();
            if (length == -1)
            {
                items.Add(null);
                continue;
            }

            var one = new BodyReader(reader.Take(length));
            items.Add(BinaryFormat.Read(type, ref one));
            one.End();
        }

        return Typed(element, items);
    }

    internal static string WriteText(PostgresType element, object value)
    {
        var text = new StringBuilder("{");
        foreach (var item in Items(value))
        {
            text.Append(text.Length == 1 ? "" : ",").Append(item is null ? "NULL" : Quote(TextFormat.Write(element, item)));
        }

        return text.Append('}').ToString();
    }

    internal static Array ReadText(PostgresType element, string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length < 2 || trimmed[0] != '{' || trimmed[^1] != '}')
        {
            throw new PostgresError("22P02", $"malformed array literal: \"{text}\"");
        }

        var items = new List<object?>();
        var rest = trimmed.AsSpan(1, trimmed.Length - 2);
        while (!rest.IsEmpty)
        {
            var item = NextItem(ref rest, out var isQuoted);
            items.Add(!isQuoted && item.Equals("NULL", StringComparison.OrdinalIgnoreCase) ? null : TextFormat.Read(element, item));
        }

        return Typed(element, items);
    }

    static string NextItem(ref ReadOnlySpan<char> rest, out bool isQuoted)
    {
        var item = new StringBuilder();
        var isInside = isQuoted = false;
        var at = 0;
        for (; at < rest.Length && (isInside || rest[at] != ','); at++)
        {
            switch (rest[at])
            {
                case '"':
                    isInside = !isInside;
                    isQuoted = true;
                    break;
                case '\\' when at + 1 < rest.Length:
                    item.Append(rest[++at]);
                    break;
                case '{' or '}' when !isInside:
                    throw PostgresError.Refused("arrays of more than one dimension");
                default:
                    item.Append(rest[at]);
                    break;
            }
        }

        rest = at < rest.Length ? rest[(at + 1)..] : default;
        return item.ToString();
    }

    static List<object?> Items(object value) => value is IEnumerable items and not string
        ? [.. items.Cast<object?>()]
        : throw new InvalidCastException("it is no list");

    /// <summary>Of the elements' own type, so that a test can compare it; of objects where there is a null among values.</summary>
    static Array Typed(PostgresType element, List<object?> items)
    {
        Array typed = element.Name switch
        {
            "int4" => Make<int>(items),
            "int8" => Make<long>(items),
            "int2" => Make<short>(items),
            "uuid" => Make<Guid>(items),
            "bool" => Make<bool>(items),
            "float8" => Make<double>(items),
            "numeric" => Make<decimal>(items),
            "timestamptz" or "timestamp" => Make<DateTime>(items),
            "text" or "varchar" or "name" or "bpchar" => items.Cast<string?>().ToArray(),
            _ => items.ToArray(),
        };
        return typed;
    }

    static Array Make<T>(List<object?> items)
        where T : struct => items.Contains(null) ? items.Select(static i => (T?)i).ToArray() : items.Select(static i => (T)i!).ToArray();

    static string Quote(string item)
    {
        var isPlain = item.Length > 0 && !item.Equals("NULL", StringComparison.OrdinalIgnoreCase) && item.AsSpan().IndexOfAny(" {},\"\\\t\n\r") < 0;
        return isPlain ? item : "\"" + item.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
    }
}
