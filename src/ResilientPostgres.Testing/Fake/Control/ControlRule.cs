using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Values;

namespace ResilientPostgres.Testing.Control;

/// <summary>A statement that the library or the driver sends of its own, and what is the truth about it.</summary>
/// <param name="Matches">Recognises it by what it asks for.</param>
/// <param name="Columns">Of its rows; null if it has none.</param>
/// <param name="Answer">Its outcome.</param>
internal sealed record ControlRule(
    Func<string, bool> Matches, IReadOnlyList<Column>? Columns, Func<Session, SqlStatement, object?[], ValueTask<Outcome>> Answer)
{
    internal static ControlRule Rows(Func<string, bool> matches, IReadOnlyList<Column> columns, Func<Session, object?[], IReadOnlyList<object?[]>> rows) =>
        new(matches, columns, (session, _, parameters) => ValueTask.FromResult(Outcome.Selected(rows(session, parameters))));

    /// <summary>Columns by their types; nobody asks for their names.</summary>
    internal static IReadOnlyList<Column> Typed(params string[] types) => [.. types.Select(static t => new Column(t, PostgresTypes.Of(t)))];
}
