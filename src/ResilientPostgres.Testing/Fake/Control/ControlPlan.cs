using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Values;

namespace ResilientPostgres.Testing.Control;

/// <summary>Answers such a statement.</summary>
internal sealed class ControlPlan(ControlRule rule, SqlStatement statement) : IPlan
{
    public IReadOnlyList<Column>? Columns => rule.Columns;

    public bool IsControl => true;

    public ValueTask<Outcome> ExecuteAsync(Session session, object?[] parameters) => rule.Answer(session, statement, parameters);
}
