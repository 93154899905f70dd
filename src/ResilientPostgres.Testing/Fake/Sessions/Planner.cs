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
    /// <param name="session">Whose statement it is.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="types">Of its parameters.</param>
    /// <param name="parameters">Their values.</param>
    internal static IPlan Plan(Session session, SqlStatement statement, uint[] types, object?[] parameters)
    {
        var request = new FakeRequest(session, statement, parameters);
        return Find(session, request, types, isDescribed: false) ?? throw Unexpected(request);
    }

    internal static void Parse(Session session, SqlStatement statement)
    {
        var request = new FakeRequest(session, statement, new object?[statement.ParameterCount]);
        if (!statement.IsEmpty && session.Server.Cluster.Rules.Find(request, isDescribed: true)?.TakeParseError() is { } error)
        {
            session.Server.Cluster.Recorder.Failed(request, error.SqlState);
            throw error;
        }
    }

    /// <summary>The columns of a statement without parameters' values yet.</summary>
    internal static IReadOnlyList<Column>? Describe(Session session, SqlStatement statement, uint[] types)
    {
        var request = new FakeRequest(session, statement, new object?[statement.ParameterCount]);
        return statement.IsEmpty ? null : (Find(session, request, types, isDescribed: true) ?? throw Unexpected(request)).Columns;
    }

    static IPlan? Find(Session session, FakeRequest request, uint[] types, bool isDescribed)
    {
        var statement = request.Statement;
        if (SessionCommand.Find(statement) is { } command)
        {
            return command;
        }

        if (ControlRules.Find(session, statement) is { } control)
        {
            return control;
        }

        var rules = session.Server.Cluster.Rules;
        return rules.Find(request, isDescribed) is { } rule ? new CannedPlan(rule, rule.Take(request, isDescribed), request) : SelectList.Find(statement, types);
    }

    static PostgresError Unexpected(FakeRequest request) => request.Session.Server.Cluster.Recorder.Unexpected(request);
}
