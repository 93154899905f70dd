using ResilientPostgres.Testing.Values;

namespace ResilientPostgres.Testing.Sql;

/// <summary>Reads the name of a type.</summary>
internal static class TypeName
{
    /// <param name="statement">Where it stands.</param>
    /// <param name="at">Its first token.</param>
    /// <param name="end">The first token behind it.</param>
    /// <returns>Null if there is none that is known.</returns>
    internal static PostgresType? Read(SqlStatement statement, int at, out int end)
    {
        if (statement.Is(at, "pg_catalog") && statement.Is(at + 1, "."))
        {
            at += 2;
        }

        // The longest of SQL's names for types has four words.
        for (var words = 4; words > 0; words--)
        {
            var name = string.Join(' ', Enumerable.Range(at, words).Select(statement.Name));
            if (Enumerable.Range(at, words).All(i => i < statement.Count && statement[i].Kind is (TokenKind.Word or TokenKind.Quoted)) && PostgresTypes.Find(name) is { } type)
            {
                end = at + words;
                return Suffix(statement, type, ref end);
            }
        }

        end = at;
        return null;
    }

    static PostgresType? Suffix(SqlStatement statement, PostgresType type, ref int end)
    {
        if (statement.Is(end, "("))
        {
            while (end < statement.Count && !statement.Is(end, ")"))
            {
                end++;
            }

            end++;
        }

        if (!statement.Is(end, "[") || !statement.Is(end + 1, "]"))
        {
            return type;
        }

        end += 2;
        return type.Array;
    }
}
