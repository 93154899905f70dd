using System.Text.Json;
using System.Text.Json.Nodes;
using NpgsqlTypes;

namespace ResilientPostgres.Testing.Values;

/// <summary>Which type of the server's stands for one of .NET's: Npgsql's choice in the other direction.</summary>
internal static class ClrTypes
{
    static readonly Dictionary<Type, string> _names = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "int2",
        [typeof(sbyte)] = "int2",
        [typeof(short)] = "int2",
        [typeof(int)] = "int4",
        [typeof(long)] = "int8",
        [typeof(uint)] = "oid",
        [typeof(ulong)] = "xid8",
        [typeof(float)] = "float4",
        [typeof(double)] = "float8",
        [typeof(decimal)] = "numeric",
        [typeof(string)] = "text",
        [typeof(char)] = "text",
        [typeof(byte[])] = "bytea",
        [typeof(Guid)] = "uuid",
        [typeof(DateOnly)] = "date",
        [typeof(TimeOnly)] = "time",
        [typeof(DateTime)] = "timestamptz",
        [typeof(DateTimeOffset)] = "timestamptz",
        [typeof(TimeSpan)] = "interval",
        [typeof(JsonDocument)] = "jsonb",
        [typeof(JsonElement)] = "jsonb",
        [typeof(JsonNode)] = "jsonb",
        [typeof(JsonObject)] = "jsonb",
        [typeof(JsonArray)] = "jsonb",
        [typeof(NpgsqlLogSequenceNumber)] = "pg_lsn",
    };

    /// <summary>Whether a value of the type fills one column, rather than being a row.</summary>
    internal static bool IsValue(Type type) => Find(type) is not null;

    /// <returns>Null if nothing stands for it.</returns>
    internal static PostgresType? Find(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
        {
            return PostgresTypes.Int4;
        }

        if (_names.TryGetValue(type, out var name))
        {
            return PostgresTypes.Of(name);
        }

        var element = type.IsArray ? type.GetElementType() : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>) ? type.GetGenericArguments()[0] : null;
        return element is null ? null : Find(element)?.Array;
    }
}
