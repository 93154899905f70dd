using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>BEGIN, COMMIT and what belongs to them.</summary>
internal static class TransactionCommands
{
    internal static Outcome Begin(Session session, SqlStatement statement)
    {
        session.Block.Begin();
        ReadModes(session, statement);
        return Outcome.Done(statement.Is(0, "START") ? "START TRANSACTION" : "BEGIN");
    }

    internal static Outcome Commit(Session session, SqlStatement statement)
    {
        var tag = session.Block.Commit();
        return Chain(session, statement, tag);
    }

    internal static Outcome Rollback(Session session, SqlStatement statement)
    {
        session.Block.Rollback();
        return Chain(session, statement, "ROLLBACK");
    }

    internal static Outcome Savepoint(Session session, SqlStatement statement)
    {
        session.Block.Save(statement.Name(1));
        return Outcome.Done("SAVEPOINT");
    }

    internal static Outcome Release(Session session, SqlStatement statement)
    {
        session.Block.Release(statement.Name(statement.Count - 1));
        return Outcome.Done("RELEASE");
    }

    internal static Outcome RollbackTo(Session session, SqlStatement statement)
    {
        session.Block.RollbackTo(statement.Name(statement.Count - 1));
        return Outcome.Done("ROLLBACK");
    }

    internal static Outcome SetCharacteristics(Session session, SqlStatement statement)
    {
        if (statement.Is(1, "SESSION"))
        {
            SetDefaults(session, statement);
        }
        else if (!session.Block.IsExplicit)
        {
            session.Warn("25P01", "SET TRANSACTION can only be used in transaction blocks");
        }
        else
        {
            ReadModes(session, statement);
        }

        return Outcome.Done("SET");
    }

    static Outcome Chain(Session session, SqlStatement statement, string tag)
    {
        for (var i = 1; i < statement.Count; i++)
        {
            if (statement.Is(i, "CHAIN") && !statement.Is(i - 1, "NO"))
            {
                session.Block.Begin();
            }
        }

        return Outcome.Done(tag);
    }

    static void ReadModes(Session session, SqlStatement statement)
    {
        var transaction = session.Block.Current!;
        if (AccessOf(statement) is { } isReadOnly)
        {
            if (!isReadOnly && session.State.IsInRecovery)
            {
                throw new PostgresError("0A000", "cannot set transaction read-write mode during recovery");
            }

            transaction.IsReadOnly = isReadOnly;
        }

        if (IsolationOf(statement) is { } isolation)
        {
            if (isolation == "serializable" && session.State.IsInRecovery)
            {
                throw new PostgresError("0A000", "cannot use serializable mode in a hot standby", hint: "You can use REPEATABLE READ instead.");
            }

            transaction.Isolation = isolation;
        }
    }

    static void SetDefaults(Session session, SqlStatement statement)
    {
        if (AccessOf(statement) is { } isReadOnly)
        {
            session.Settings.Set("default_transaction_read_only", isReadOnly ? "on" : "off", isLocal: false);
        }

        if (IsolationOf(statement) is { } isolation)
        {
            session.Settings.Set("default_transaction_isolation", isolation, isLocal: false);
        }
    }

    static bool? AccessOf(SqlStatement statement)
    {
        bool? isReadOnly = null;
        for (var i = 1; i + 1 < statement.Count; i++)
        {
            isReadOnly = !statement.Is(i, "READ") ? isReadOnly : statement.Is(i + 1, "ONLY") ? true : statement.Is(i + 1, "WRITE") ? false : isReadOnly;
        }

        return isReadOnly;
    }

    static string? IsolationOf(SqlStatement statement)
    {
        for (var i = 1; i + 2 < statement.Count; i++)
        {
            if (statement.Is(i, "ISOLATION") && statement.Is(i + 1, "LEVEL"))
            {
                return statement.Is(i + 2, "SERIALIZABLE") ? "serializable" : $"{statement.Name(i + 2)} {statement.Name(i + 3)}";
            }
        }

        return null;
    }
}
