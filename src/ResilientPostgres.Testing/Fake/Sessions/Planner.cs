using ResilientPostgres.Testing.Control;
using ResilientPostgres.Testing.Rules;
using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Values;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>
/// Who answers a statement: the session itself where it is about its transactions and settings; the server for what the library and the driver ask; then what the
/// test said; then the server again for a query of plain values.
/// </summary>
internal static class Planner
{
    internal static IPlan Plan(Session session, SqlStatement statement, object?[] parameters)
    {
        var request = new FakeRequest(session, statement, parameters);
        return Find(session, statement, request, isDescribed: false) ?? throw Unexpected(request);
    }

    /// <summary>The columns of a statement without parameters' values yet.</summary>
    internal static IReadOnlyList<Column>? Describe(Session session, SqlStatement statement)
    {
        var request = new FakeRequest(session, statement, new object?[statement.ParameterCount]);
        return statement.IsEmpty ? null : (Find(session, statement, request, isDescribed: true) ?? throw Unexpected(request)).Columns;
    }

    static IPlan? Find(Session session, SqlStatement statement, FakeRequest request, bool isDescribed)
    {
        if (SessionCommand.Find(statement) is { } command)
        {
            return command;
        }

        if (ControlRules.Find(session, statement) is { } control)
        {
            return control;
        }

        var rules = session.Server.Cluster.Rules;
        return rules.Find(request, isDescribed) is { } rule ? new CannedPlan(rule, rule.Take(request, isDescribed), request) : SelectList.Find(statement);
    }

    static PostgresError Unexpected(FakeRequest request) => request.Session.Server.Cluster.Recorder.Unexpected(request);
}
