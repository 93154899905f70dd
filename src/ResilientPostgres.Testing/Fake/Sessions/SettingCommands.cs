using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Values;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>SET, SHOW, RESET, DISCARD, DEALLOCATE.</summary>
internal static class SettingCommands
{
    internal static Outcome Set(Session session, SqlStatement statement)
    {
        var isLocal = statement.Is(1, "LOCAL");
        var at = isLocal || statement.Is(1, "SESSION") ? 2 : 1;
        if (statement.Is(at, "AUTHORIZATION") || statement.Is(at, "ROLE"))
        {
            return Outcome.Done("SET");
        }

        var (name, value) = statement.Is(at, "TIME") && statement.Is(at + 1, "ZONE") ? ("TimeZone", at + 2) : (NameAt(statement, at), EndOfName(statement, at) + 1);
        if (isLocal && !session.Block.IsExplicit)
        {
            session.Warn("25P01", "SET LOCAL can only be used in transaction blocks");
        }

        Assign(session, name, ValueAt(statement, value), isLocal);
        return Outcome.Done("SET");
    }

    internal static void Assign(Session session, string name, string? value, bool isLocal)
    {
        // A name with a dot is anybody's own.
        if (session.Setting(name) is null && !name.Contains('.', StringComparison.Ordinal))
        {
            throw Unknown(name);
        }

        if (name is "transaction_read_only" or "default_transaction_read_only")
        {
            value = value is "true" or "1" or "yes" or "on" ? "on" : value is null ? null : "off";
        }

        if (name == "transaction_read_only" && session.Block.Current is { } transaction)
        {
            transaction.IsReadOnly = value == "on";
        }
        else if (value is null)
        {
            session.Settings.Reset(name);
        }
        else
        {
            session.Settings.Set(name, value, isLocal);
        }
    }

    internal static Outcome Reset(Session session, SqlStatement statement)
    {
        if (statement.Is(1, "ALL"))
        {
            session.Settings.ResetAll();
        }
        else if (!statement.Is(1, "ROLE") && !statement.Is(1, "SESSION"))
        {
            session.Settings.Reset(NameAt(statement, 1));
        }

        return Outcome.Done("RESET");
    }

    internal static IReadOnlyList<Column> ColumnsOf(SqlStatement statement) => [new Column(CanonicalName(NameToShow(statement)), PostgresTypes.Text)];

    internal static Outcome Show(Session session, SqlStatement statement)
    {
        var name = NameToShow(statement);
        return new Outcome("SHOW", [[session.Setting(name) ?? throw Unknown(name)]]);
    }

    internal static Outcome Discard(Session session, SqlStatement statement)
    {
        if (statement.Is(1, "ALL"))
        {
            if (session.Block.IsExplicit)
            {
                throw new PostgresError("25001", "DISCARD ALL cannot run inside a transaction block");
            }

            session.Settings.ResetAll();
            session.Statements.Clear();
            session.DropPortals();
        }

        return Outcome.Done($"DISCARD {statement.TextOf(1).ToUpperInvariant()}");
    }

    internal static Outcome Deallocate(Session session, SqlStatement statement)
    {
        var at = statement.Is(1, "PREPARE") ? 2 : 1;
        if (statement.Is(at, "ALL"))
        {
            session.Statements.Clear();
            return Outcome.Done("DEALLOCATE ALL");
        }

        var name = statement.Name(at);
        return session.Statements.Remove(name) ? Outcome.Done("DEALLOCATE") : throw new PostgresError("26000", $"prepared statement \"{name}\" does not exist");
    }

    internal static PostgresError Unknown(string name) => new("42704", $"unrecognized configuration parameter \"{name}\"");

    static string NameToShow(SqlStatement statement) =>
        statement.Is(1, "TIME") && statement.Is(2, "ZONE") ? "TimeZone"
        : statement.Is(1, "TRANSACTION") && statement.Is(2, "ISOLATION") ? "transaction_isolation"
        : NameAt(statement, 1);

    static string CanonicalName(string name) => SettingStore.Reported.FirstOrDefault(r => r.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;

    static string NameAt(SqlStatement statement, int at) => string.Concat(Enumerable.Range(at, EndOfName(statement, at) - at).Select(statement.Name));

    static int EndOfName(SqlStatement statement, int at)
    {
        var end = at + 1;
        while (statement.Is(end, "."))
        {
            end += 2;
        }

        return Math.Min(end, statement.Count);
    }

    static string? ValueAt(SqlStatement statement, int at)
    {
        if (at >= statement.Count)
        {
            throw new PostgresError("42601", "syntax error at end of input");
        }

        if (statement.Is(at, "DEFAULT"))
        {
            return null;
        }

        var values = Enumerable.Range(at, statement.Count - at).Where(i => !statement.Is(i, ",")).Select(i => statement[i].Kind == TokenKind.Literal ? Literals.Read(statement.TextOf(i)) : statement.Name(i));
        return string.Join(statement.Has(",") ? ", " : "", values);
    }
}
