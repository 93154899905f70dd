using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Values;

/// <summary>Reads a parameter's value, in either format.</summary>
internal static class ValueReader
{
    internal static object Read(PostgresType? type, ReadOnlySpan<byte> bytes, bool isBinary, int number)
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
        try
        {
            var value = type.IsArray ? ArrayFormat.ReadBinary(type.Element!, ref reader) : BinaryFormat.Read(type, ref reader);
            return reader.IsAtEnd ? value : throw new OverflowException();
        }
        catch (Exception e) when (e is OverflowException or ArgumentException)
        {
            throw new PostgresError("22P03", $"incorrect binary data format in bind parameter {number}");
        }
    }
}
