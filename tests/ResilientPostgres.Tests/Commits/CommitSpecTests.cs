using ResilientPostgres.Commits;
using ResilientPostgres.Tests.Specs;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Commits;

/// <summary>Runs tests/specs/commits: proof, history and facts in, outcome out.</summary>
public sealed class CommitSpecTests
{
    public static TheoryData<string, string> Cases => SpecSet.Names<CommitCase>("commits");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Facts_Prove(string file, string name)
    {
        var spec = SpecSet.Find<CommitCase>("commits", file, name);
        var judged = Judge(spec, spec.Status);

        Assert.True((judged.Outcome?.ToString() ?? "Open") == spec.Expect, $"{file}: {name}: {judged.Outcome?.ToString() ?? "Open"}, for {judged.Reason}");
        Assert.Contains(spec.Because ?? "", judged.Reason, StringComparison.Ordinal);
        Assert.NotEmpty(judged.Reason);
    }

    /// <summary>Whatever the facts: committed is only said of what the server says committed, and never of a record beyond a recovery's end.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Committed_TakesTheServersWord(string file, string name)
    {
        var spec = SpecSet.Find<CommitCase>("commits", file, name);

        Assert.All(
            Enum.GetValues<TransactionStatus>().Where(static s => s != TransactionStatus.Committed),
            status => Assert.NotEqual(CommitOutcome.Committed, Judge(spec, status).Outcome));
        if (spec.Writer.RecoveryEnd is not null && !IsSameLife(spec) && spec.Proof.ToProof().Lsn > spec.Writer.ToFacts().RecoveryEnd)
        {
            Assert.NotEqual(CommitOutcome.Committed, Judge(spec, TransactionStatus.Committed).Outcome);
        }
    }

    [Fact]
    public void There_AreSixtyAtLeast() => Assert.True(Cases.Count >= 60, $"{Cases.Count} cases");

    static bool IsSameLife(CommitCase spec)
    {
        var (proof, server) = (spec.Proof.ToProof(), spec.Writer.ToFacts());
        return server.StartedAt == proof.StartedAt && server.StatsReset == proof.StatsReset;
    }

    static CommitJudgement Judge(CommitCase spec, TransactionStatus status)
    {
        var history = IncarnationHistory.Empty;
        foreach (var observation in spec.Seen.Append(new ObservationSpec { Probed = spec.Writer }))
        {
            history = history.With(observation.ToObservation());
        }

        return CommitRule.Decide(spec.Proof.ToProof(), new CommitFacts(spec.Writer.ToFacts(), status), history);
    }
}
