using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Values;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>The types of a statement's parameters where the client leaves them open: by a cast behind them, else text.</summary>
internal static class ParameterTypes
{
    internal static uint[] Complete(SqlStatement statement, uint[] given)
    {
        var types = new uint[Math.Max(given.Length, statement.ParameterCount)];
        given.CopyTo(types, 0);
        for (var i = 0; i < statement.Count; i++)
        {
            if (statement[i].Kind == TokenKind.Parameter
                && int.TryParse(statement.TextOf(i).AsSpan(1), out var number)
                && number > 0 && number <= types.Length && types[number - 1] == 0)
            {
                types[number - 1] = CastBehind(statement, i + 1)?.Oid ?? 0;
            }
        }

        return Array.ConvertAll(types, static t => t == 0 ? PostgresTypes.Text.Oid : t);
    }

    static PostgresType? CastBehind(SqlStatement statement, int at) =>
        statement.Is(at, ":") && statement.Is(at + 1, ":") ? TypeName.Read(statement, at + 2, out _) : null;
}
