using Npgsql;

namespace ResilientPostgres.Tests.Client;

/// <summary>What is done about a failed call beyond whether it is safe: the budget of all, where it goes next, and what it says in the end.</summary>
public sealed class RepeatedWorkTests
{
    [Fact]
    public async Task BudgetUsedUp_ServerStands_TheFailureIsFinal()
    {
        await using var bench = new WorkBench(NoBudget);

        var error = await Assert.ThrowsAsync<PostgresException>(() => bench.RunAsync(OperationSafety.ReadOnly, Refused("40001")));

        Assert.Equal("40001", error.SqlState);
        Assert.Equal(1, bench.Runs);
    }

    [Fact]
    public async Task BudgetUsedUp_SuspicionUnfounded_TheFailureIsFinal()
    {
        await using var bench = new WorkBench(NoBudget);

        var error = await Assert.ThrowsAsync<CallFailedException>(() => bench.RunAsync(OperationSafety.ReadOnly, Lost()));

        Assert.Equal(1, bench.Runs);
        Assert.True(error.IsTransient);
        Assert.Equal(FaultEffect.NotApplied, error.Effect);
        Assert.Equal(FaultPhase.Execute, error.Phase);
    }

    [Fact]
    public async Task BudgetUsedUp_ServerProvesToBeDown_LeavingItIsFree()
    {
        await using var bench = new WorkBench(NoBudget);

        var runs = await bench.RunAsync(OperationSafety.ReadOnly, _ =>
        {
            if (bench.Runs > 1)
            {
                return Task.FromResult(bench.Runs);
            }

            bench.GoDown();
            return Task.FromException<int>(Lost());
        });

        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task Budget_IsSharedByAllCalls()
    {
        await using var bench = new WorkBench(static o => (o.Retry.BudgetRatio, o.Retry.BudgetPerSecond) = (0.2, 0));
        for (var i = 0; i < 9; i++)
        {
            await bench.RunAsync(OperationSafety.ReadOnly, _ => Task.FromResult(0));
        }

        // Ten calls have earned two retries; this one would need three.
        await Assert.ThrowsAsync<PostgresException>(() => bench.RunAsync(OperationSafety.ReadOnly, _ => Task.FromException<int>(Refused("40001"))));

        Assert.Equal(9 + 3, bench.Runs);
    }

    [Fact]
    public async Task FailedTransactionAskedAbout_NoAnswer_TheSessionIsNotClosedUnderTheQuestion()
    {
        await using var bench = new WorkBench(static o => o.Retry.MaxRetries = 0);
        bench.Sessions.IsSilent = true;
        var slip = new NullReferenceException { Source = "Npgsql" };

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => bench.RunAsync(OperationSafety.NonIdempotent, _ => Task.FromException<int>(slip), isAtomic: true));

        Assert.Equal(1, bench.Orphans);
    }

    [Fact]
    public async Task IdleSessionFoundDead_NothingWasSent_AnotherOneIsTaken()
    {
        await using var bench = new WorkBench();
        bench.Sessions.Answer = Lost();

        Assert.Equal(1, await bench.RunAsync(OperationSafety.NonIdempotent));
        Assert.Equal(2, bench.Sessions.Opened);
    }

    [Fact]
    public async Task IdleSessionFoundDead_IsNotAskedForAReader()
    {
        await using var bench = new WorkBench();
        bench.Sessions.Answer = Lost();

        await bench.RunAsync(OperationSafety.ReadOnly);

        Assert.NotNull(bench.Sessions.Answer);
    }

    [Fact]
    public async Task LastFailure_TellsAllAttempts()
    {
        await using var bench = new WorkBench(static o => o.Retry.MaxRetries = 1);

        var error = await Assert.ThrowsAsync<CallFailedException>(() => bench.RunAsync(OperationSafety.ReadOnly, Lost(), new NpgsqlException("late", new TimeoutException())));

        Assert.Equal([FaultKind.ConnectionLost, FaultKind.Timeout], error.Attempts.Select(static a => a.Kind));
        Assert.All(error.Attempts, static a => Assert.Equal(new Endpoint("a"), a.Endpoint));
        Assert.Equal(error.InnerException, error.Attempts[1].Exception);
        Assert.Equal(new Endpoint("a"), error.Endpoint);
        Assert.NotNull(error.Decision);
        Assert.Contains("Attempts: after", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusalAfterAnUnknownAttempt_IsTheServersOwn()
    {
        await using var bench = new WorkBench();

        await Assert.ThrowsAsync<PostgresException>(() => bench.RunAsync(OperationSafety.Idempotent, Lost(), Refused("23505")));
    }

    static void NoBudget(ResilientPostgresOptions options) => (options.Retry.BudgetRatio, options.Retry.BudgetPerSecond) = (0, 0);

    static NpgsqlException Lost() => new("Exception while reading from stream", new EndOfStreamException());

    static PostgresException Refused(string code) => new("refused", "ERROR", "ERROR", code);
}
