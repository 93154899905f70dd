using ResilientPostgres.IntegrationTests.Statements.Grammar;

namespace ResilientPostgres.IntegrationTests.Statements;

/// <summary>Random statements on real servers. The benchmark "routing" tries more of them.</summary>
public sealed class GrammarTests
{
    [Fact]
    public async Task What_is_judged_a_read_is_one()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var trial = new GrammarTrial(cluster, seed: 15);
        await trial.RunAsync(reads: 300, TestContext.Current.CancellationToken);

        Assert.Empty(trial.Misrouted);
        Assert.Equal(300, trial.Ran);
    }
}
