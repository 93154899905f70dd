using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>Runs a planned statement and records it.</summary>
internal static class StatementRunner
{
    /// <summary>In a failed transaction only its end is allowed.</summary>
    internal static void RequireUsable(Session session, SqlStatement statement)
    {
        var isEnd = statement.Kind is SqlKind.Commit or SqlKind.Rollback or SqlKind.RollbackTo or SqlKind.Empty;
        if (session.Block.HasFailed && !isEnd)
        {
            throw new PostgresError("25P02", "current transaction is aborted, commands ignored until end of transaction block");
        }
    }

    internal static async ValueTask<Outcome> RunAsync(Session session, SqlStatement statement, IPlan plan, object?[] parameters, Action? started = null)
    {
        var transaction = session.Block.Enter();
        var record = session.Server.Cluster.Recorder.Add(session, statement, plan, parameters, transaction);
        if (!plan.IsControl)
        {
            session.MarkReply();
        }

        try
        {
            plan.Start(session);
            started?.Invoke();
            var outcome = await plan.ExecuteAsync(session, parameters).ConfigureAwait(false);
            record?.Succeed(outcome);
            return outcome;
        }
        catch (PostgresError error)
        {
            record?.Fail(error.SqlState);
            throw;
        }
        catch
        {
            record?.Fail(null);
            throw;
        }
    }
}
