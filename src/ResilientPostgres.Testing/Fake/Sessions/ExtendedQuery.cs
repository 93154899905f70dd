using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Values;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>The extended protocol: statements and portals, with and without names.</summary>
internal sealed class ExtendedQuery(Session session)
{
    internal void Parse(ReadOnlySpan<byte> body)
    {
        var reader = new BodyReader(body);
        var (name, text) = (reader.String(), reader.String());
        var types = new uint[reader.Count(sizeof(int))];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = (uint)reader.Int32();
        }

        reader.End();
        if (SqlStatement.Split(text).Count > 1)
        {
            throw new PostgresError("42601", "cannot insert multiple commands into a prepared statement");
        }

        var statement = SqlStatement.Parse(text);
        StatementRunner.RequireUsable(session, statement);
        if (name.Length > 0 && session.Statements.ContainsKey(name))
        {
            throw new PostgresError("42P05", $"prepared statement \"{name}\" already exists");
        }

        Planner.Parse(session, statement);
        session.Statements[name] = new Prepared(statement, ParameterTypes.Complete(statement, types));
        session.Reply.Empty('1');
    }

    internal void Bind(ReadOnlySpan<byte> body)
    {
        var reader = new BodyReader(body);
        var (portal, name) = (reader.String(), reader.String());
        var prepared = Statement(name);
        var formats = ReadFormats(ref reader);
        var count = reader.Count(sizeof(int));
        if (count != prepared.Types.Length)
        {
            throw PostgresError.Protocol($"bind message supplies {count} parameters, but prepared statement \"{name}\" requires {prepared.Types.Length}");
        }

        if (formats.Length > 1 && formats.Length != count)
        {
            throw PostgresError.Protocol($"bind message has {formats.Length} parameter formats but {count} parameters");
        }

        StatementRunner.RequireUsable(session, prepared.Statement);
        var parameters = new object?[count];
        for (var i = 0; i < count; i++)
        {
            parameters[i] = ReadValue(ref reader, prepared.Types[i], formats.Length == 0 ? (short)0 : formats[formats.Length == 1 ? 0 : i], number: i + 1);
        }

        var results = ReadFormats(ref reader);
        reader.End();
        if (portal.Length > 0 && session.Portals.ContainsKey(portal))
        {
            throw new PostgresError("42P03", $"cursor \"{portal}\" already exists");
        }

        var bound = new Portal(prepared, parameters, results);
        if (!prepared.Statement.IsEmpty)
        {
            session.Block.Enter();
            bound.Plan = Planner.Plan(session, prepared.Statement, prepared.Types, parameters);
            RequireFormats(bound);
            RequireSameColumns(bound);
        }

        session.Portals[portal] = bound;
        session.Reply.Empty('2');
    }

    internal void Describe(ReadOnlySpan<byte> body)
    {
        var (kind, name) = ReadTarget(body, "DESCRIBE");
        if (kind == 'S')
        {
            var prepared = Statement(name);
            StatementRunner.RequireUsable(session, prepared.Statement);
            var columns = Planner.Describe(session, prepared.Statement, prepared.Types);
            prepared.Described = columns;
            session.Reply.ParameterDescription(prepared.Types);
            Describe(columns, []);
            return;
        }

        var portal = Portal(name);
        StatementRunner.RequireUsable(session, portal.Prepared.Statement);
        Describe(portal.Plan?.Columns, portal.Formats);
    }

    internal async ValueTask ExecuteAsync(ReadOnlyMemory<byte> body)
    {
        var (name, most) = ReadExecute(body.Span);
        var portal = Portal(name);
        var statement = portal.Prepared.Statement;
        if (statement.IsEmpty)
        {
            session.Reply.Empty('I');
            return;
        }

        if (portal.Outcome is null)
        {
            StatementRunner.RequireUsable(session, statement);
            RequireKnown(portal.Formats);
            portal.Outcome = await StatementRunner.RunAsync(session, statement, portal.Plan!, portal.Parameters).ConfigureAwait(false);
        }

        Send(portal, most <= 0 ? int.MaxValue : most);
    }

    internal void Close(ReadOnlySpan<byte> body)
    {
        var (kind, name) = ReadTarget(body, "CLOSE");
        if (kind == 'S')
        {
            session.Statements.Remove(name);
        }
        else
        {
            session.Portals.Remove(name);
        }

        session.Reply.Empty('3');
    }

    void Send(Portal portal, int most)
    {
        var (columns, outcome) = (portal.Plan!.Columns, portal.Outcome!);
        if (columns is null)
        {
            session.Reply.Complete(outcome.Tag!);
            return;
        }

        var sent = 0;
        for (; portal.Sent < outcome.Rows.Count && sent < most; portal.Sent++, sent++)
        {
            session.Reply.DataRow(columns, outcome.Rows[portal.Sent], portal.Formats);
        }

        // Like the server, which does not know that there is nothing behind the last row it was asked for.
        if (sent == most)
        {
            session.Reply.Empty('s');
        }
        else
        {
            session.Reply.Complete(outcome.Tag!.StartsWith("SELECT ", StringComparison.Ordinal) ? $"SELECT {sent}" : outcome.Tag);
        }
    }

    void Describe(IReadOnlyList<Column>? columns, short[] formats)
    {
        if (columns is null)
        {
            session.Reply.Empty('n');
        }
        else
        {
            session.Reply.RowDescription(columns, formats);
        }
    }

    static void RequireFormats(Portal portal)
    {
        var columns = portal.Plan!.Columns?.Count ?? 0;
        if (portal.Formats.Length > 1 && portal.Plan.Columns is not null && portal.Formats.Length != columns)
        {
            throw PostgresError.Protocol($"bind message has {portal.Formats.Length} result formats but query has {columns} columns");
        }
    }

    /// <summary>The client reads rows as they were described when it prepared the statement.</summary>
    static void RequireSameColumns(Portal portal)
    {
        if (portal.Prepared.Described is { } described && portal.Plan!.Columns is { } columns && !described.SequenceEqual(columns))
        {
            throw new PostgresError("0A000", "cached plan must not change result type");
        }
    }

    static (char Kind, string Name) ReadTarget(ReadOnlySpan<byte> body, string message)
    {
        var reader = new BodyReader(body);
        var kind = (char)reader.Byte();
        var name = reader.String();
        reader.End();
        return kind is 'S' or 'P' ? (kind, name) : throw PostgresError.Protocol($"invalid {message} message subtype {(int)kind}");
    }

    static (string Name, int Most) ReadExecute(ReadOnlySpan<byte> body)
    {
        var reader = new BodyReader(body);
        var (name, most) = (reader.String(), reader.Int32());
        reader.End();
        return (name, most);
    }

    static short[] ReadFormats(ref BodyReader reader)
    {
        var formats = new short[reader.Count(sizeof(short))];
        for (var i = 0; i < formats.Length; i++)
        {
            formats[i] = reader.Int16();
        }

        return formats;
    }

    static void RequireKnown(params ReadOnlySpan<short> formats)
    {
        foreach (var format in formats)
        {
            if (format is not (0 or 1))
            {
                throw new PostgresError("22023", $"unsupported format code: {format}");
            }
        }
    }

    static object? ReadValue(ref BodyReader reader, uint type, short format, int number)
    {
        RequireKnown(format);
        var length = reader.Int32();
        return length == -1 ? null : ValueReader.Read(PostgresTypes.Find(type), reader.Take(length), isBinary: format == 1, number);
    }

    Prepared Statement(string name) => session.Statements.GetValueOrDefault(name)
        ?? throw new PostgresError("26000", name.Length == 0 ? "unnamed prepared statement does not exist" : $"prepared statement \"{name}\" does not exist");

    Portal Portal(string name) => session.Portals.GetValueOrDefault(name) ?? throw new PostgresError("34000", $"portal \"{name}\" does not exist");
}
