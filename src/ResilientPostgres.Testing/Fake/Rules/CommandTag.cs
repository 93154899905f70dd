using ResilientPostgres.Testing.Sql;

namespace ResilientPostgres.Testing.Rules;

/// <summary>How the server names a command that it has done.</summary>
internal static class CommandTag
{
    static readonly string[] _skipped = ["OR", "REPLACE", "UNIQUE", "TEMP", "TEMPORARY", "UNLOGGED", "GLOBAL", "LOCAL"];

    internal static string Of(SqlStatement statement, int rows)
    {
        var command = Command(statement);
        return command switch
        {
            "INSERT" => $"INSERT 0 {rows}",
            "SELECT" or "SELECT FOR UPDATE" => $"SELECT {rows}",
            "UPDATE" or "DELETE" or "MERGE" => $"{command} {rows}",
            _ => command,
        };
    }

    internal static string Command(SqlStatement statement) => statement.Kind switch
    {
        SqlKind.Select when SqlKinds.IsLock(statement) => "SELECT FOR UPDATE",
        SqlKind.Select => statement.Is(0, "EXPLAIN") ? "EXPLAIN" : "SELECT",
        SqlKind.Change when statement.Is(0, "WITH") => Main(statement),
        SqlKind.Definition => Definition(statement),
        _ => statement.TextOf(0).ToUpperInvariant(),
    };

    /// <summary>The command behind the common table expressions.</summary>
    static string Main(SqlStatement statement)
    {
        var depth = 0;
        for (var i = 1; i < statement.Count; i++)
        {
            depth += statement.Is(i, "(") ? 1 : statement.Is(i, ")") ? -1 : 0;
            var word = statement.TextOf(i).ToUpperInvariant();
            if (depth == 0 && word is "SELECT" or "INSERT" or "UPDATE" or "DELETE" or "MERGE")
            {
                return word;
            }
        }

        return "SELECT";
    }

    static string Definition(SqlStatement statement)
    {
        var first = statement.TextOf(0).ToUpperInvariant();
        if (first is not ("CREATE" or "ALTER" or "DROP" or "TRUNCATE" or "REFRESH"))
        {
            return first;
        }

        var at = 1;
        while (_skipped.Contains(statement.TextOf(at), StringComparer.OrdinalIgnoreCase))
        {
            at++;
        }

        return first == "TRUNCATE" ? "TRUNCATE TABLE"
            : statement.Is(at, "MATERIALIZED") ? $"{first} MATERIALIZED VIEW"
            : $"{first} {statement.TextOf(at).ToUpperInvariant()}";
    }
}
