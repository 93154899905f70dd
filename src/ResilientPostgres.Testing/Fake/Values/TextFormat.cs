using System.Globalization;
using System.Text.Json;
using NpgsqlTypes;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Values;

/// <summary>The text form of values.</summary>
internal static class TextFormat
{
    static readonly CultureInfo _plain = CultureInfo.InvariantCulture;

    internal static string Write(PostgresType type, object value) => type switch
    {
        { IsArray: true } => ArrayFormat.WriteText(type.Element!, value),
        { Name: "bool" } => Convert.ToBoolean(value, _plain) ? "t" : "f",
        { Name: "int2" or "int4" or "int8" } => Convert.ToInt64(value, _plain).ToString(_plain),
        { Name: "float4" } => Float(Convert.ToSingle(value, _plain)),
        { Name: "float8" } => Float(Convert.ToDouble(value, _plain)),
        { Name: "pg_lsn" } => new NpgsqlLogSequenceNumber(BinaryFormat.Position(value)).ToString(),
        { Name: "bytea" } => "\\x" + Convert.ToHexStringLower((byte[])value),
        { Name: "date" } => PostgresTime.Day(value).ToString("yyyy-MM-dd", _plain),
        { Name: "timestamp" } => PostgresTime.Text(value as DateTime? ?? PostgresTime.Instant(value)),
        { Name: "timestamptz" } => PostgresTime.Text(PostgresTime.Instant(value)) is var text && char.IsDigit(text[^1]) ? text + "+00" : text,
        { Name: "json" or "jsonb" } => value is string text ? text : JsonText(value),
        _ => Plain(value),
    };

    internal static object Read(PostgresType type, string text)
    {
        try
        {
            return type.IsArray ? ArrayFormat.ReadText(type.Element!, text) : ReadOne(type, text);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw type.Name is "date" or "time" or "timestamp" or "timestamptz" or "interval"
                ? new PostgresError("22007", $"invalid input syntax for type {NameOf(type)}: \"{text}\"")
                : new PostgresError("22P02", $"invalid input syntax for type {NameOf(type)}: \"{text}\"");
        }
        catch (OverflowException)
        {
            throw new PostgresError("22003", $"value \"{text}\" is out of range for type {NameOf(type)}");
        }
    }

    internal static string NameOf(PostgresType type) => type.Name switch
    {
        "bool" => "boolean",
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "timestamptz" => "timestamp with time zone",
        "timestamp" => "timestamp",
        _ => type.Name,
    };

    static object ReadOne(PostgresType type, string text) => type.Name switch
    {
        "bool" => Bool(text.Trim()),
        "int2" => short.Parse(text, NumberStyles.Integer, _plain),
        "int4" => int.Parse(text, NumberStyles.Integer, _plain),
        "int8" => long.Parse(text, NumberStyles.Integer, _plain),
        "oid" or "xid" => uint.Parse(text, NumberStyles.Integer, _plain),
        "xid8" => ulong.Parse(text, NumberStyles.Integer, _plain),
        "pg_lsn" => NpgsqlLogSequenceNumber.Parse(text),
        "float4" => float.Parse(Infinite(text), NumberStyles.Float, _plain),
        "float8" => double.Parse(Infinite(text), NumberStyles.Float, _plain),
        "numeric" => decimal.Parse(text, NumberStyles.Float, _plain),
        "uuid" => Guid.Parse(text),
        "bytea" => Bytes(text),
        "date" => DateOnly.Parse(text, _plain),
        "time" => TimeOnly.Parse(text, _plain),
        "timestamp" => DateTime.SpecifyKind(DateTime.Parse(text, _plain), DateTimeKind.Unspecified),
        "timestamptz" => PostgresTime.Instant(text),
        "interval" => PostgresTime.Span(text),
        "json" or "jsonb" => Json(text),
        _ => text,
    };

    static string Plain(object value) => value switch
    {
        Guid guid => guid.ToString("D"),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFF", _plain),
        TimeSpan span => PostgresTime.Text(span),
        Enum => Convert.ToInt64(value, _plain).ToString(_plain),
        IFormattable number => number.ToString(null, _plain),
        _ => value.ToString() ?? "",
    };

    static string JsonText(object value) => value switch
    {
        JsonDocument document => document.RootElement.GetRawText(),
        JsonElement element => element.GetRawText(),
        _ => value.ToString() ?? "null",
    };

    static string Float(double value) => double.IsPositiveInfinity(value) ? "Infinity"
        : double.IsNegativeInfinity(value) ? "-Infinity"
        : value.ToString("R", _plain);

    static string Float(float value) => float.IsPositiveInfinity(value) ? "Infinity"
        : float.IsNegativeInfinity(value) ? "-Infinity"
        : value.ToString("R", _plain);

    static string Infinite(string text) => text.Trim().ToLowerInvariant() switch
    {
        "inf" or "infinity" => "Infinity",
        "-inf" or "-infinity" => "-Infinity",
        _ => text,
    };

    static bool Bool(string text) => text.ToLowerInvariant() switch
    {
        "t" or "true" or "y" or "yes" or "on" or "1" => true,
        "f" or "false" or "n" or "no" or "off" or "0" => false,
        _ => throw new FormatException(),
    };

    static byte[] Bytes(string text) => text.StartsWith("\\x", StringComparison.Ordinal)
        ? Convert.FromHexString(text.AsSpan(2))
        : System.Text.Encoding.UTF8.GetBytes(text);

    static string Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return text;
        }
        catch (JsonException)
        {
            throw new PostgresError("22P02", "invalid input syntax for type json");
        }
    }
}
