using ResilientPostgres.Commits;
using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Commits;

/// <summary>Runs tests/specs/commit-tokens: token and facts in, outcome out.</summary>
public sealed class TokenSpecTests
{
    static readonly TimeSpan _retention = TimeSpan.FromHours(1);

    public static TheoryData<string, string> Cases => SpecSet.Names<TokenCase>("commit-tokens");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Facts_Prove(string file, string name)
    {
        var spec = SpecSet.Find<TokenCase>("commit-tokens", file, name);
        var judged = Judge(spec, spec.Claim);

        Assert.Equal(spec.Expect, judged.Outcome?.ToString() ?? "Open");
        Assert.Contains(spec.Because ?? "", judged.Reason, StringComparison.Ordinal);
        Assert.NotEmpty(judged.Reason);
    }

    /// <summary>A claim is only made where its answer will count.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Facts_Allow(string file, string name)
    {
        var spec = SpecSet.Find<TokenCase>("commit-tokens", file, name);
        var (proof, server) = (spec.Proof.ToProof(), spec.Writer.ToFacts());

        var asked = TokenRule.Forejudge(proof, server) is not null ? "Nothing"
            : TokenRule.IsOnlyLookedFor(proof, server, TimeSpan.FromSeconds(spec.AgeSeconds), _retention) ? "Look"
            : "Claim";

        Assert.Equal(spec.Asked, asked);
    }

    /// <summary>Whatever the facts: committed is only said where the row is, not committed only where it is taken.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Outcome_TakesTheRow(string file, string name)
    {
        var spec = SpecSet.Find<TokenCase>("commit-tokens", file, name);
        foreach (var claim in Enum.GetValues<TokenClaim>())
        {
            var outcome = Judge(spec, claim).Outcome;
            Assert.True(outcome != CommitOutcome.Committed || claim == TokenClaim.Present, $"{claim}");
            Assert.True(outcome != CommitOutcome.NotCommitted || claim is TokenClaim.Taken or TokenClaim.TakenBefore, $"{claim}");
        }
    }

    [Fact]
    public void There_AreTwentyAtLeast() => Assert.True(Cases.Count >= 20, $"{Cases.Count} cases");

    static CommitJudgement Judge(TokenCase spec, TokenClaim claim) => TokenRule.Decide(spec.Proof.ToProof(), new TokenFacts(spec.Writer.ToFacts(), claim));
}
