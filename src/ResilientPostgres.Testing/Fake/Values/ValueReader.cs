using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Values;

/// <summary>Reads a parameter's value, in either format.</summary>
internal static class ValueReader
{
    internal static object Read(PostgresType? type, ReadOnlySpan<byte> bytes, bool isBinary)
    {
        if (!isBinary)
        {
            return TextFormat.Read(type ?? PostgresTypes.Text, BodyReader.Decode(bytes));
        }

        if (type is null)
        {
            return bytes.ToArray();
        }

        var reader = new BodyReader(bytes);
        object value;
        try
        {
            value = type.IsArray ? ArrayFormat.ReadBinary(type.Element!, ref reader) : BinaryFormat.Read(type, ref reader);
            reader.End();
        }
        catch (Exception e) when (e is PostgresError { SqlState: "08P01" } or OverflowException or ArgumentException)
        {
            throw new PostgresError("22P03", "incorrect binary data format in bind parameter");
        }

        return value;
    }
}
