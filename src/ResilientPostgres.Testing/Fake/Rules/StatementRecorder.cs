using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Rules;

/// <summary>Remembers what was sent. Of what the servers answer by themselves only the latest is kept, for that goes on without the test.</summary>
internal sealed class StatementRecorder(RuleBook rules, TimeProvider clock)
{
    const int KeptControl = 10_000;
    const int KeptOwn = 1_000_000;

    readonly Lock _lock = new();
    readonly Queue<(long Number, FakeStatement Statement)> _control = new();
    readonly Queue<(long Number, FakeStatement Statement)> _own = new();
    readonly List<FakeStatement> _unexpected = [];
    long _number;

    internal IReadOnlyList<FakeStatement> Own
    {
        get
        {
            lock (_lock)
            {
                return [.. _own.Select(static s => s.Statement)];
            }
        }
    }

    internal IReadOnlyList<FakeStatement> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _own.Concat(_control).OrderBy(static s => s.Number).Select(static s => s.Statement)];
            }
        }
    }

    internal IReadOnlyList<FakeStatement> UnexpectedOnes
    {
        get
        {
            lock (_lock)
            {
                return [.. _unexpected];
            }
        }
    }

    internal FakeStatement Add(Session session, SqlStatement statement, IPlan plan, object?[] parameters, FakeTransaction transaction) =>
        Add(new FakeRequest(session, statement, parameters), transaction, plan.IsControl, plan is CannedPlan { IsWrite: true });

    internal void Failed(FakeRequest request, string sqlState) => Add(request, null, isControl: false, isWrite: false).Fail(sqlState);

    internal PostgresError Unexpected(FakeRequest request)
    {
        var statement = Add(request, null, isControl: false, isWrite: false);
        statement.Fail("0A000");
        lock (_lock)
        {
            _unexpected.Add(statement);
        }

        return new PostgresError("0A000", $"FakePostgresCluster has no answer for: {request}", detail: rules.Describe(), hint: "Say what it answers: pg.On(\"…\").Returns(…).");
    }

    internal void Clear()
    {
        lock (_lock)
        {
            _control.Clear();
            _own.Clear();
            _unexpected.Clear();
        }
    }

    FakeStatement Add(FakeRequest request, FakeTransaction? transaction, bool isControl, bool isWrite)
    {
        var statement = new FakeStatement(request, transaction, clock.GetUtcNow(), isControl) { IsWrite = isWrite };
        lock (_lock)
        {
            var kept = isControl ? _control : _own;
            kept.Enqueue((_number++, statement));
            if (kept.Count > (isControl ? KeptControl : KeptOwn))
            {
                kept.Dequeue();
            }
        }

        return statement;
    }
}
