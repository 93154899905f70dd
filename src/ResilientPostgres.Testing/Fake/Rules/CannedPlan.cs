using ResilientPostgres.Testing.Control;
using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Values;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Rules;

/// <summary>Answers a statement as the test said.</summary>
internal sealed class CannedPlan(FakeRule rule, CannedAnswer answer, FakeRequest request) : IPlan
{
    public IReadOnlyList<Column>? Columns => answer.Columns ?? (answer.Error is null ? null : rule.AnyColumns);

    public bool IsControl => false;

    internal bool IsWrite => rule.WritesByRule ?? request.Statement.Kind is SqlKind.Change or SqlKind.Definition;

    public void Start(Session session)
    {
        if (IsWrite || SqlKinds.IsLock(request.Statement))
        {
            TokenTable.RequireWritable(session, CommandTag.Command(request.Statement));
        }
    }

    public async ValueTask<Outcome> ExecuteAsync(Session session, object?[] parameters)
    {
        await answer.PrepareAsync(request).ConfigureAwait(false);
        var rows = answer.Rows is null ? [] : TestCode.Run("the answer", () => answer.Rows(request));
        var affected = answer.Affected is null ? rows.Count : TestCode.Run("the answer", () => NotNegative(answer.Affected(request)));
        if (IsWrite && affected > 0 || request.Statement.Kind == SqlKind.Definition)
        {
            session.State.Write(session.Block.Enter());
        }

        return new Outcome(CommandTag.Of(request.Statement, affected), rows);
    }

    static int NotNegative(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        return rows;
    }
}
