using Npgsql;

namespace ResilientPostgres.Tests.Client;

/// <summary>How often work runs, and what its caller gets.</summary>
public sealed class UnitOfWorkTests
{
    [Theory]
    [InlineData(OperationSafety.ReadOnly)]
    [InlineData(OperationSafety.Idempotent)]
    public async Task LostConnection_WorkThatMayRunTwice_IsRepeated(OperationSafety safety)
    {
        await using var bench = new WorkBench();

        Assert.Equal(3, await bench.RunAsync(safety, Lost(), Lost()));
    }

    [Fact]
    public async Task LostConnection_OtherWrite_RunsOnceAndIsUnknown()
    {
        await using var bench = new WorkBench();

        var error = await Assert.ThrowsAsync<OutcomeUnknownException>(() => bench.RunAsync(OperationSafety.NonIdempotent, Lost()));

        Assert.Equal(1, bench.Runs);
        Assert.IsType<NpgsqlException>(error.InnerException);
    }

    [Fact]
    public async Task LostConnection_EveryTime_EndsAfterMaxRetries()
    {
        await using var bench = new WorkBench(static o => o.Retry.MaxRetries = 2);

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => bench.RunAsync(OperationSafety.Idempotent, Lost(), Lost(), Lost(), Lost()));

        Assert.Equal(3, bench.Runs);
    }

    [Theory]
    [InlineData(OperationSafety.ReadOnly, 2)]
    [InlineData(OperationSafety.Idempotent, 2)]
    [InlineData(OperationSafety.NonIdempotent, 1)]
    public async Task SerializationFailure_IsRepeatedAsFarAsSafetyAllows(OperationSafety safety, int runs)
    {
        await using var bench = new WorkBench();

        var error = await Record.ExceptionAsync(() => bench.RunAsync(safety, Refused("40001")));

        Assert.Equal(runs, bench.Runs);
        Assert.Equal(runs == 1, error is PostgresException { SqlState: "40001" });
    }

    [Fact]
    public async Task SerializationFailure_OfOneTransactionForCertain_IsRepeatedWhateverItIs()
    {
        await using var bench = new WorkBench();

        await bench.RunAsync(OperationSafety.NonIdempotent, _ => bench.Runs == 1 ? Task.FromException<int>(Refused("40001")) : Task.FromResult(1), isAtomic: true);

        Assert.Equal(2, bench.Runs);
    }

    [Theory]
    [InlineData("23505")]
    [InlineData("42601")]
    [InlineData("57014")]
    public async Task Refusal_ThatRepeatingDoesNotHelp_IsTheCallersAtOnce(string code)
    {
        await using var bench = new WorkBench();

        var error = await Assert.ThrowsAsync<PostgresException>(() => bench.RunAsync(OperationSafety.ReadOnly, Refused(code)));

        Assert.Equal(code, error.SqlState);
        Assert.Equal(1, bench.Runs);
    }

    [Fact]
    public async Task TheWorksOwnException_PassesUntouched()
    {
        await using var bench = new WorkBench();
        var own = new TimeoutException("another service");

        Assert.Same(own, await Assert.ThrowsAsync<TimeoutException>(() => bench.RunAsync(OperationSafety.Idempotent, own)));
        Assert.Equal(1, bench.Runs);
    }

    [Fact]
    public async Task FailedOpen_IsRepeatedWhateverTheWorkIs()
    {
        await using var bench = new WorkBench();
        bench.Sessions.OpenFailures.Enqueue(new NpgsqlException("refused", new System.Net.Sockets.SocketException(111)));
        bench.Sessions.OpenFailures.Enqueue(new PostgresException("starting", "FATAL", "FATAL", "57P03"));

        Assert.Equal(1, await bench.RunAsync(OperationSafety.NonIdempotent));
        Assert.Equal(3, bench.Sessions.Opened);
    }

    [Fact]
    public async Task PassThrough_RunsOnce()
    {
        await using var bench = new WorkBench(static o => o.Mode = RoutingMode.PassThrough);

        Assert.IsType<NpgsqlException>(await Record.ExceptionAsync(() => bench.RunAsync(OperationSafety.ReadOnly, Lost())));
        Assert.Equal(1, bench.Runs);
    }

    [Fact]
    public async Task NoServerAfterAnUnknownAttempt_IsUnknown_NotUnsent()
    {
        await using var bench = new WorkBench(static o => o.TotalTimeout = TimeSpan.FromMinutes(2));

        var error = await Assert.ThrowsAsync<OutcomeUnknownException>(() => bench.RunAsync(OperationSafety.Idempotent, _ =>
        {
            bench.IsServerWell = false;
            return Task.FromException<int>(Lost());
        }));

        Assert.IsType<NoSuitableEndpointException>(error.InnerException);
        Assert.Equal(1, bench.Runs);
    }

    [Fact]
    public async Task Hanging_NonIdempotent_IsCutAndNotRunBesideItself()
    {
        await using var bench = new WorkBench(static o => o.AttemptTimeout = TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => bench.RunAsync(OperationSafety.NonIdempotent, static _ => new TaskCompletionSource<int>().Task));

        Assert.Equal(1, bench.Runs);
        Assert.Equal(1, bench.Sessions.Aborted);
    }

    [Fact]
    public async Task Hanging_Read_IsLeftBehindAndRunAgain()
    {
        await using var bench = new WorkBench(static o => o.AttemptTimeout = TimeSpan.FromMilliseconds(200));

        Assert.Equal(2, await bench.RunAsync(OperationSafety.ReadOnly, _ => bench.Runs == 1 ? new TaskCompletionSource<int>().Task : Task.FromResult(bench.Runs)));
    }

    [Theory]
    [InlineData(400, 400, "its TotalTimeout of 0.4 s was over; if it may take longer, raise TotalTimeout")]
    [InlineData(200, 60_000, "its AttemptTimeout of 0.2 s was over; if it may take longer, raise AttemptTimeout")]
    public async Task Hanging_EveryTime_SaysWhichLimitEndedIt(int attempt, int total, string limit)
    {
        await using var bench = new WorkBench(o => (o.AttemptTimeout, o.TotalTimeout, o.Retry.MaxRetries) = (TimeSpan.FromMilliseconds(attempt), TimeSpan.FromMilliseconds(total), 1));

        var read = await Assert.ThrowsAsync<CallFailedException>(() => bench.RunAsync(OperationSafety.ReadOnly, static _ => new TaskCompletionSource<int>().Task));
        var write = await Assert.ThrowsAsync<OutcomeUnknownException>(() => bench.RunAsync(OperationSafety.Idempotent, static _ => new TaskCompletionSource<int>().Task));

        Assert.Contains($"was given up: {limit}", read.Message, StringComparison.Ordinal);
        Assert.Contains($"Cause: {limit}", write.Message, StringComparison.Ordinal);
        Assert.Equal(limit, read.Attempts[^1].Reason);
    }

    [Theory]
    [InlineData(OperationSafety.ReadOnly)]
    [InlineData(OperationSafety.NonIdempotent)]
    public async Task CommandTimeout_SaysSo(OperationSafety safety)
    {
        await using var bench = new WorkBench(static o => o.Retry.MaxRetries = 0);

        var error = await Assert.ThrowsAnyAsync<ResilientPostgresException>(() => bench.RunAsync(safety, new NpgsqlException("Exception while reading from stream", new TimeoutException())));

        Assert.Contains("the CommandTimeout of a command was over (30 s unless it has one of its own); if it may take longer, raise it", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("reading from stream", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OperationSafety.ReadOnly, false)]
    [InlineData(OperationSafety.Idempotent, true)]
    public async Task Cancelled_ByTheCaller_SaysWhetherAWriteMayHaveBeenApplied(OperationSafety safety, bool says)
    {
        await using var bench = new WorkBench();
        using var caller = new CancellationTokenSource();

        var error = await Assert.ThrowsAsync<CallCanceledException>(() => bench.RunAsync(
            safety,
            token =>
            {
                caller.Cancel();
                return Task.Delay(Timeout.Infinite, token).ContinueWith<int>(static _ => throw new OperationCanceledException(), TaskScheduler.Default);
            },
            caller: caller.Token));

        Assert.Equal(caller.Token, error.CancellationToken);
        Assert.Equal(says ? FaultEffect.Unknown : FaultEffect.NotApplied, error.Effect);
        Assert.Equal(says, error.Message.Contains("may have been applied", StringComparison.Ordinal));
        Assert.Equal(1, bench.Runs);
    }

    static NpgsqlException Lost() => new("Exception while reading from stream", new EndOfStreamException());

    static PostgresException Refused(string code) => new("refused", "ERROR", "ERROR", code);
}
