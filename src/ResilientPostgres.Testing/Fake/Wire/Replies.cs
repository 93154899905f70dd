using ResilientPostgres.Testing.Values;

namespace ResilientPostgres.Testing.Wire;

/// <summary>The messages a server sends.</summary>
internal static class Replies
{
    internal static void Authentication(this ReplyBuffer reply, int code, ReadOnlySpan<byte> data = default) => reply.Begin('R').Int32(code).Bytes(data).End();

    internal static void ParameterStatus(this ReplyBuffer reply, string name, string value) => reply.Begin('S').String(name).String(value).End();

    internal static void BackendKey(this ReplyBuffer reply, int processId, int secret) => reply.Begin('K').Int32(processId).Int32(secret).End();

    internal static void Ready(this ReplyBuffer reply, char status) => reply.Begin('Z').Byte((byte)status).End();

    internal static void Complete(this ReplyBuffer reply, string tag) => reply.Begin('C').String(tag).End();

    /// <summary>One of the messages that have no content: ParseComplete, BindComplete, NoData and the like.</summary>
    internal static void Empty(this ReplyBuffer reply, char type) => reply.Begin(type).End();

    internal static void ParameterDescription(this ReplyBuffer reply, IReadOnlyList<uint> types)
    {
        reply.Begin('t').Int16(types.Count);
        foreach (var type in types)
        {
            reply.Int32((int)type);
        }

        reply.End();
    }

    internal static void RowDescription(this ReplyBuffer reply, IReadOnlyList<Column> columns, short[] formats)
    {
        reply.Begin('T').Int16(columns.Count);
        for (var i = 0; i < columns.Count; i++)
        {
            var type = columns[i].Type;
            reply.String(columns[i].Name).Int32(0).Int16(0).Int32((int)type.Oid).Int16(type.Length).Int32(-1).Int16(FormatOf(formats, i));
        }

        reply.End();
    }

    internal static void DataRow(this ReplyBuffer reply, IReadOnlyList<Column> columns, object?[] row, short[] formats)
    {
        var before = reply.Length;
        try
        {
            reply.Begin('D').Int16(columns.Count);
            for (var i = 0; i < columns.Count; i++)
            {
                ValueWriter.Write(reply, columns[i].Type, row[i], isBinary: FormatOf(formats, i) == 1);
            }

            reply.End();
        }
        catch
        {
            reply.Truncate(before);
            throw;
        }
    }

    internal static void Error(this ReplyBuffer reply, PostgresError error) =>
        Report(reply, 'E', error.IsFatal ? "FATAL" : "ERROR", error.SqlState, error.Message, error.Detail, error.Hint);

    internal static void Notice(this ReplyBuffer reply, string severity, string sqlState, string message) =>
        Report(reply, 'N', severity, sqlState, message, null, null);

    static void Report(ReplyBuffer reply, char type, string severity, string sqlState, string message, string? detail, string? hint)
    {
        reply.Begin(type);
        Field('S', severity);
        Field('V', severity);
        Field('C', sqlState);
        Field('M', message);
        Field('D', detail);
        Field('H', hint);
        reply.Byte(0).End();

        void Field(char code, string? text)
        {
            if (text is not null)
            {
                reply.Byte((byte)code).String(text.Replace('\0', '?'));
            }
        }
    }

    static short FormatOf(short[] formats, int column) => formats.Length switch
    {
        0 => 0,
        1 => formats[0],
        _ => formats[column],
    };
}
