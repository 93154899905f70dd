using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests;

/// <summary>For tests that need PostgreSQL's server programs: skipped where there are none, but never in CI.</summary>
static class RequirePostgres
{
    internal static void Check()
    {
        if (PostgresCluster.TryFindBinaries(out _))
        {
            return;
        }

        const string Reason = "No PostgreSQL server programs were found (apt-get install postgresql).";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(Reason);
        }

        Assert.Skip(Reason);
    }

    /// <summary>Starts a cluster for one test, or skips the test.</summary>
    internal static Task<PostgresCluster> StartClusterAsync(Action<PostgresClusterOptions>? configure = null)
    {
        Check();
        var options = new PostgresClusterOptions();
        configure?.Invoke(options);
        return PostgresCluster.StartAsync(options, TestContext.Current.CancellationToken);
    }
}
