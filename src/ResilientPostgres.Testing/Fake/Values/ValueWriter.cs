using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Values;

/// <summary>Writes a value with its length, in either format.</summary>
internal static class ValueWriter
{
    internal static void Write(ReplyBuffer reply, PostgresType type, object? value, bool isBinary)
    {
        if (value is null or DBNull)
        {
            reply.Int32(-1);
            return;
        }

        var begin = reply.BeginValue();
        try
        {
            if (!isBinary)
            {
                reply.Utf8(TextFormat.Write(type, value));
            }
            else if (type.IsArray)
            {
                ArrayFormat.WriteBinary(reply, type.Element!, value);
            }
            else
            {
                BinaryFormat.Write(reply, type, value);
            }
        }
        catch (Exception e) when (e is InvalidCastException or FormatException or OverflowException or ArgumentException)
        {
            throw new PostgresError("22023", $"the fake has {value.GetType().Name} '{value}' for a column of type {type.Name}: {e.Message}");
        }

        reply.EndValue(begin);
    }
}
