using System.Buffers.Binary;
using System.Globalization;
using NpgsqlTypes;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Values;

/// <summary>The binary form of single values.</summary>
internal static class BinaryFormat
{
    static readonly CultureInfo _plain = CultureInfo.InvariantCulture;

    internal static void Write(ReplyBuffer reply, PostgresType type, object value)
    {
        switch (type.Name)
        {
            case "bool":
                reply.Byte(Convert.ToBoolean(value, _plain) ? (byte)1 : (byte)0);
                break;
            case "int2":
                reply.Int16(Convert.ToInt16(value, _plain));
                break;
            case "int4":
                reply.Int32(Convert.ToInt32(value, _plain));
                break;
            case "int8" or "money":
                reply.Int64(Convert.ToInt64(value, _plain));
                break;
            case "oid" or "xid" or "cid" or "regtype" or "regclass":
                reply.Int32(unchecked((int)Convert.ToUInt32(value, _plain)));
                break;
            case "xid8" or "pg_lsn":
                reply.Int64(unchecked((long)Position(value)));
                break;
            case "float4":
                reply.Int32(BitConverter.SingleToInt32Bits(Convert.ToSingle(value, _plain)));
                break;
            case "float8":
                reply.Int64(BitConverter.DoubleToInt64Bits(Convert.ToDouble(value, _plain)));
                break;
            case "numeric":
                Numeric.Write(reply, TextFormat.Write(type, value));
                break;
            case "uuid":
                reply.Bytes((value as Guid? ?? Guid.Parse(value.ToString()!)).ToByteArray(bigEndian: true));
                break;
            case "bytea":
                reply.Bytes((byte[])value);
                break;
            case "jsonb":
                reply.Byte(1).Utf8(TextFormat.Write(type, value));
                break;
            case "date":
                reply.Int32(PostgresTime.ToDays(PostgresTime.Day(value)));
                break;
            case "time":
                reply.Int64((value as TimeOnly? ?? TimeOnly.Parse(value.ToString()!, _plain)).Ticks / TimeSpan.TicksPerMicrosecond);
                break;
            case "timestamp" or "timestamptz":
                reply.Int64(PostgresTime.ToMicroseconds(type.Name == "timestamp" && value is DateTime time ? time : PostgresTime.Instant(value)));
                break;
            case "interval":
                var span = value as TimeSpan? ?? PostgresTime.Span(value.ToString()!);
                reply.Int64((span - TimeSpan.FromDays(span.Days)).Ticks / TimeSpan.TicksPerMicrosecond).Int32(span.Days).Int32(0);
                break;
            default:
                WriteOther(reply, type, value);
                break;
        }
    }

    internal static object Read(PostgresType type, ref BodyReader reader) => type.Name switch
    {
        "bool" => reader.Byte() != 0,
        "int2" => reader.Int16(),
        "int4" => reader.Int32(),
        "int8" or "money" => Int64(ref reader),
        "oid" or "xid" or "cid" or "regtype" or "regclass" => unchecked((uint)reader.Int32()),
        "xid8" => unchecked((ulong)Int64(ref reader)),
        "pg_lsn" => new NpgsqlLogSequenceNumber(unchecked((ulong)Int64(ref reader))),
        "float4" => BitConverter.Int32BitsToSingle(reader.Int32()),
        "float8" => BitConverter.Int64BitsToDouble(Int64(ref reader)),
        "numeric" => Numeric.Read(ref reader),
        "uuid" => new Guid(reader.Take(16), bigEndian: true),
        "bytea" => reader.Rest().ToArray(),
        "jsonb" => Json(ref reader),
        "date" => PostgresTime.FromDays(reader.Int32()),
        "time" => TimeOnly.FromTimeSpan(TimeSpan.FromMicroseconds(Int64(ref reader))),
        "timestamp" => PostgresTime.FromMicroseconds(Int64(ref reader), DateTimeKind.Unspecified),
        "timestamptz" => PostgresTime.FromMicroseconds(Int64(ref reader), DateTimeKind.Utc),
        "interval" => Interval(ref reader),
        "text" or "varchar" or "bpchar" or "name" or "json" or "xml" or "unknown" or "char" => BodyReader.Decode(reader.Rest()),
        _ => reader.Rest().ToArray(),
    };

    internal static ulong Position(object value) => value switch
    {
        NpgsqlLogSequenceNumber position => (ulong)position,
        string text when text.Contains('/', StringComparison.Ordinal) => (ulong)NpgsqlLogSequenceNumber.Parse(text),
        _ => Convert.ToUInt64(value, _plain),
    };

    static void WriteOther(ReplyBuffer reply, PostgresType type, object value)
    {
        if (value is byte[] bytes)
        {
            reply.Bytes(bytes);
            return;
        }

        if (type.Name is not ("text" or "varchar" or "bpchar" or "name" or "json" or "xml" or "char" or "unknown" or "void"))
        {
            throw new InvalidCastException("the fake doesn't know the binary form of this type; give its bytes");
        }

        reply.Utf8(TextFormat.Write(type, value));
    }

    static long Int64(ref BodyReader reader) => BinaryPrimitives.ReadInt64BigEndian(reader.Take(sizeof(long)));

    static string Json(ref BodyReader reader) =>
        reader.Byte() == 1 ? BodyReader.Decode(reader.Rest()) : throw new PostgresError("XX000", "unsupported jsonb version number");

    static TimeSpan Interval(ref BodyReader reader)
    {
        var time = TimeSpan.FromMicroseconds(Int64(ref reader));
        return time + TimeSpan.FromDays(reader.Int32()) + TimeSpan.FromDays(30L * reader.Int32());
    }
}
