using ResilientPostgres.Statements;
using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Statements;

/// <summary>Runs tests/specs/statements.</summary>
public sealed class StatementSpecTests
{
    public static TheoryData<string, string> Cases => SpecSet.Names<StatementCase>("statements");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Text_ProvesWhatItProves(string file, string name)
    {
        var spec = SpecSet.Find<StatementCase>("statements", file, name);
        var verdict = StatementClassifier.Classify(spec.Sql, spec.Catalog?.ToCatalog() ?? FunctionCatalog.Empty);

        Assert.Equal((spec.Kind, spec.Kind == StatementKind.Read && spec.Pure != false), (verdict.Kind, verdict.IsPure));
        Assert.Equal((spec.Single, spec.Atomic), (verdict.IsSingle, verdict.IsAtomic));
        Assert.NotEmpty(verdict.Reason);
        Assert.Equal(spec.Use ?? verdict.SessionUse.ToString(), verdict.SessionUse.ToString());
        Assert.Equal(verdict.SessionUse == SessionUse.None, verdict.SessionReason is null);
        var hint = spec.Hint ?? new HintSpec();
        Assert.Equal(
            (hint.Target, hint.MaxLagMs, hint.Label),
            (verdict.Hint?.Target, verdict.Hint?.MaxLag?.TotalMilliseconds, verdict.Hint?.Label));
    }

    [Fact]
    public void There_AreEnough() => Assert.True(SpecSet.Names<StatementCase>("statements").Count >= 400);
}
