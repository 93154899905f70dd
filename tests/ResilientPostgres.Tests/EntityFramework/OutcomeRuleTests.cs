using Npgsql;
using ResilientPostgres.EntityFrameworkCore.Retries;

namespace ResilientPostgres.Tests.EntityFramework;

/// <summary>What an execution strategy may run again, by what the attempt provably left.</summary>
public sealed class OutcomeRuleTests
{
    static readonly Endpoint _endpoint = new("a");

    [Theory]
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("57P01")]
    [InlineData("25006")]
    public void What_the_server_undid_is_run_again(string sqlState) =>
        Assert.True(Judge(Server(sqlState)) is { IsUnknown: false, IsRepeatable: true });

    [Theory]
    [InlineData("23505")]
    [InlineData("42601")]
    [InlineData("22P02")]
    [InlineData("42501")]
    public void What_the_server_refuses_for_what_it_says_is_not(string sqlState) =>
        Assert.Equal(Outcome.Final(FaultKind.Statement), Judge(Server(sqlState)));

    [Fact]
    public void A_connection_lost_before_the_commit_left_nothing() =>
        Assert.True(Judge(new NpgsqlException("m", new IOException())) is { IsRepeatable: true, Kind: FaultKind.ConnectionLost });

    [Fact]
    public void What_is_unknown_is_never_run_again()
    {
        Assert.Equal(Outcome.Unknown, Judge(new OutcomeUnknownException(_endpoint, new IOException(), FaultPhase.Execute, [])));
        Assert.Equal(Outcome.Unknown, Judge(CommitUnknown(null)));
        Assert.Equal(Outcome.Unknown, Judge(new CallCanceledException(FaultEffect.Unknown, _endpoint, null, default)));
    }

    [Theory]
    [InlineData(FaultPhase.Acquire, false)]
    [InlineData(FaultPhase.Open, false)]
    [InlineData(FaultPhase.Execute, true)]
    [InlineData(FaultPhase.Commit, true)]
    public void What_the_data_source_has_repeated_itself_is_not_repeated_on_top(FaultPhase phase, bool isRepeatable) =>
        Assert.Equal(isRepeatable, Judge(new CallFailedException("m", new IOException(), phase, _endpoint, [])).IsRepeatable);

    [Fact]
    public void What_takes_longer_than_it_may_on_a_server_that_is_well_takes_as_long_again()
    {
        var exceeded = new NpgsqlException("m", new TimeoutException());
        var alive = new AttemptTrace();
        alive.NoteSession(isAlive: true);
        var attempt = new FailedAttempt(_endpoint, FaultPhase.Execute, FaultKind.Timeout, FaultEffect.NotApplied, "r", exceeded, TimeSpan.Zero);

        Assert.Equal(Outcome.Final(FaultKind.Timeout), OutcomeRule.Judge(exceeded, alive));
        Assert.True(Judge(exceeded).IsRepeatable);
        Assert.Equal(Outcome.Final(FaultKind.Timeout), Judge(new CallFailedException("m", exceeded, FaultPhase.Execute, _endpoint, [attempt])));
    }

    [Fact]
    public void A_COMMIT_that_was_not_answered_in_time_and_proves_undone_is_run_again()
    {
        var late = new TimeoutException();
        var attempt = new FailedAttempt(_endpoint, FaultPhase.Commit, FaultKind.Timeout, FaultEffect.NotApplied, "r", late, TimeSpan.Zero);

        Assert.True(Judge(new CallFailedException("m", late, FaultPhase.Commit, _endpoint, [attempt])).IsRepeatable);
    }

    [Fact]
    public void The_callers_own_exceptions_are_the_callers()
    {
        Assert.Equal(Outcome.Final(FaultKind.Application), Judge(new InvalidOperationException("m")));
        Assert.Equal(Outcome.Final(FaultKind.Application), Judge(new TimeoutException("of another service")));
        Assert.Equal(Outcome.Final(FaultKind.Application), Judge(new OperationCanceledException()));
        Assert.Equal(Outcome.Final(FaultKind.Application), Judge(new CallCanceledException(FaultEffect.NotApplied, _endpoint, null, default)));
    }

    [Fact]
    public void It_looks_into_the_shells_of_EF_Core()
    {
        Assert.True(Judge(new Microsoft.EntityFrameworkCore.DbUpdateException("m", Server("40001"))).IsRepeatable);
        Assert.True(Judge(new InvalidOperationException("likely due to a transient failure", new Microsoft.EntityFrameworkCore.DbUpdateException("m", Server("40001")))).IsRepeatable);
        Assert.True(Judge(new Microsoft.EntityFrameworkCore.DbUpdateException("m", new OutcomeUnknownException(_endpoint, new IOException(), FaultPhase.Execute, []))).IsUnknown);
        Assert.Equal(Outcome.Final(FaultKind.Application), Judge(new Microsoft.EntityFrameworkCore.DbUpdateConcurrencyException("m")));
    }

    [Fact]
    public void What_came_before_it_in_the_attempt_counts()
    {
        var applied = new AttemptTrace();
        applied.NoteApplied();
        var unknown = new AttemptTrace();
        unknown.NoteUnknown();

        Assert.True(OutcomeRule.Judge(Server("40001"), applied) is { IsUnknown: false, IsRepeatable: false });
        Assert.True(OutcomeRule.Judge(Server("40001"), unknown) is { IsUnknown: true, IsRepeatable: false });
        Assert.True(OutcomeRule.Judge(Server("40001"), new AttemptTrace { IsWithinTransaction = true }) is { IsUnknown: false, IsRepeatable: false });
    }

    [Fact]
    public void The_users_check_is_believed_unless_the_transaction_is_still_open_or_more_was_done()
    {
        var applied = new AttemptTrace();
        applied.NoteApplied();

        Assert.True(OutcomeRule.IsRefutable(CommitUnknown(null), new AttemptTrace()));
        Assert.False(OutcomeRule.IsRefutable(CommitUnknown(TransactionStatus.InProgress), new AttemptTrace()));
        Assert.False(OutcomeRule.IsRefutable(CommitUnknown(null), applied));
        Assert.False(OutcomeRule.IsRefutable(CommitUnknown(null), new AttemptTrace { IsWithinTransaction = true }));
    }

    [Theory]
    [InlineData("ERROR", false)]
    [InlineData("FATAL", true)]
    public void Only_an_ERROR_is_an_answer_to_a_statement(string severity, bool mayHaveBeen) =>
        Assert.Equal(mayHaveBeen, OutcomeRule.MayHaveBeenApplied(new PostgresException("m", "FEHLER", severity, "57P01")));

    static Outcome Judge(Exception exception) => OutcomeRule.Judge(exception, new AttemptTrace());

    static PostgresException Server(string sqlState) => new("m", Severity(sqlState), Severity(sqlState), sqlState);

    static string Severity(string sqlState) => sqlState == "57P01" ? "FATAL" : "ERROR";

    static CommitOutcomeUnknownException CommitUnknown(TransactionStatus? status) =>
        new(_endpoint, new IOException(), [], new CommitEvidence { Reason = "r", Status = status }, null);
}
