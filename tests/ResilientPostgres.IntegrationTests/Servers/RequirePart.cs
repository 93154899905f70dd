using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Servers;

/// <summary>For tests that need other programs than PostgreSQL: skipped where they are not, but never in CI.</summary>
static class RequirePart
{
    internal static void Patroni() => Check(PatroniCluster.Missing);

    internal static void Pgpool() => Check(PgpoolServer.Missing);

    internal static void PgBouncer() => Check(PgBouncerServer.Missing);

    static void Check(string? missing)
    {
        if (missing is null)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(missing);
        }

        Assert.Skip(missing);
    }
}
