using System.Collections.Frozen;

namespace ResilientPostgres.Testing.Sql;

/// <summary>Tells kinds of statements apart.</summary>
internal static class SqlKinds
{
    static readonly FrozenDictionary<string, SqlKind> _byWord = new Dictionary<string, SqlKind>
    {
        ["SELECT"] = SqlKind.Select,
        ["VALUES"] = SqlKind.Select,
        ["TABLE"] = SqlKind.Select,
        ["EXPLAIN"] = SqlKind.Select,
        ["WITH"] = SqlKind.Select,
        ["INSERT"] = SqlKind.Change,
        ["UPDATE"] = SqlKind.Change,
        ["DELETE"] = SqlKind.Change,
        ["MERGE"] = SqlKind.Change,
        ["CREATE"] = SqlKind.Definition,
        ["ALTER"] = SqlKind.Definition,
        ["DROP"] = SqlKind.Definition,
        ["TRUNCATE"] = SqlKind.Definition,
        ["GRANT"] = SqlKind.Definition,
        ["REVOKE"] = SqlKind.Definition,
        ["COMMENT"] = SqlKind.Definition,
        ["REINDEX"] = SqlKind.Definition,
        ["VACUUM"] = SqlKind.Definition,
        ["REFRESH"] = SqlKind.Definition,
        ["BEGIN"] = SqlKind.Begin,
        ["START"] = SqlKind.Begin,
        ["COMMIT"] = SqlKind.Commit,
        ["END"] = SqlKind.Commit,
        ["ROLLBACK"] = SqlKind.Rollback,
        ["ABORT"] = SqlKind.Rollback,
        ["SAVEPOINT"] = SqlKind.Savepoint,
        ["RELEASE"] = SqlKind.Release,
        ["SET"] = SqlKind.Set,
        ["RESET"] = SqlKind.Reset,
        ["SHOW"] = SqlKind.Show,
        ["DISCARD"] = SqlKind.Discard,
        ["DEALLOCATE"] = SqlKind.Deallocate,
        ["LISTEN"] = SqlKind.Nothing,
        ["UNLISTEN"] = SqlKind.Nothing,
        ["CLOSE"] = SqlKind.Nothing,
        ["LOCK"] = SqlKind.Nothing,
        ["COPY"] = SqlKind.Refused,
        ["DECLARE"] = SqlKind.Refused,
        ["FETCH"] = SqlKind.Refused,
        ["MOVE"] = SqlKind.Refused,
        ["PREPARE"] = SqlKind.Refused,
        ["EXECUTE"] = SqlKind.Refused,
        ["NOTIFY"] = SqlKind.Refused,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    internal static SqlKind Of(SqlStatement statement)
    {
        if (statement.IsEmpty)
        {
            return SqlKind.Empty;
        }

        var kind = _byWord.GetValueOrDefault(statement.TextOf(0), statement.Is(0, "(") ? SqlKind.Select : SqlKind.Other);
        return kind switch
        {
            SqlKind.Select when statement.Is(0, "WITH") && HasChange(statement) => SqlKind.Change,
            SqlKind.Rollback or SqlKind.Commit when statement.Is(1, "PREPARED") => SqlKind.Refused,
            SqlKind.Rollback when statement.Has("TO") => SqlKind.RollbackTo,
            SqlKind.Set when statement.Is(1, "TRANSACTION") || (statement.Is(1, "SESSION") && statement.Is(2, "CHARACTERISTICS")) => SqlKind.Characteristics,
            _ => kind,
        };
    }

    static bool HasChange(SqlStatement statement)
    {
        for (var i = 1; i < statement.Count; i++)
        {
            var isChange = statement.Is(i, "INSERT") || statement.Is(i, "UPDATE") || statement.Is(i, "DELETE") || statement.Is(i, "MERGE");
            if (isChange && !statement.Is(i - 1, "FOR") && !statement.Is(i - 1, "KEY"))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>SELECT … FOR UPDATE: not possible where nothing can be written, but it writes nothing.</summary>
    internal static bool IsLock(SqlStatement statement)
    {
        for (var i = 0; i < statement.Count; i++)
        {
            if (statement.Is(i, "FOR") && (statement.Is(i + 1, "UPDATE") || statement.Is(i + 1, "SHARE") || statement.Is(i + 1, "NO") || statement.Is(i + 1, "KEY")))
            {
                return true;
            }
        }

        return false;
    }
}
