using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>The simple protocol: several statements in one text, all in one transaction unless they say otherwise.</summary>
internal sealed class SimpleQuery(Session session)
{
    static readonly short[] _text = [];

    internal async ValueTask RunAsync(ReadOnlyMemory<byte> body)
    {
        try
        {
            await RunAllAsync(Read(body.Span)).ConfigureAwait(false);
            session.Block.EndImplicit();
        }
        catch (PostgresError error) when (!error.IsFatal)
        {
            session.Reply.Error(error);
            session.Block.Fail();
        }

        session.Ready();
        await session.FlushAsync().ConfigureAwait(false);
    }

    static string Read(ReadOnlySpan<byte> body)
    {
        var reader = new BodyReader(body);
        var text = reader.String();
        reader.End();
        return text;
    }

    void Describe(IPlan plan)
    {
        if (plan.Columns is { } columns)
        {
            session.Reply.RowDescription(columns, _text);
        }
    }

    async ValueTask RunAllAsync(string text)
    {
        var statements = SqlStatement.Split(text);
        if (statements.Count == 0)
        {
            session.Reply.Empty('I');
        }

        foreach (var statement in statements)
        {
            StatementRunner.RequireUsable(session, statement);
            var plan = Planner.Plan(session, statement, [], []);
            var outcome = await StatementRunner.RunAsync(session, statement, plan, [], () => Describe(plan)).ConfigureAwait(false);
            foreach (var row in outcome.Rows)
            {
                session.Reply.DataRow(plan.Columns!, row, _text);
            }

            session.Reply.Complete(outcome.Tag!);
        }
    }
}
