using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Cluster;

/// <summary>default_transaction_read_only as a role has it, who reads nevertheless, and as operators stop writes with it.</summary>
public sealed class ReadOnlyRoleTests
{
    [Theory]
    [InlineData("ALTER ROLE reports SET default_transaction_read_only = on", "")]
    [InlineData("ALTER ROLE reports IN DATABASE app SET default_transaction_read_only = on", "")]
    [InlineData("SELECT 1", ";Options=-c default_transaction_read_only=on")]
    public async Task Who_may_only_read_reads_on_standbys_and_on_the_primary(string setting, string more)
    {
        await using var cluster = await StartAsync(setting);
        await using var db = await Resilient.Over(Reports(cluster) + more).ReadyAsync();

        Assert.Equal("on", await db.ReadAsync<string>("SELECT current_setting('transaction_read_only')", ReadPreference.Primary));
        Assert.Equal(cluster.Primary.Port, await db.PortAsync(ReadPreference.Primary));
        Assert.Equal(cluster.Standbys[0].Port, await db.PortAsync(ReadPreference.Standby));

        var refused = await Assert.ThrowsAsync<PostgresException>(() => db.WriteAsync("CREATE TABLE t (id int)"));
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);
    }

    [Theory]
    [InlineData("ALTER SYSTEM SET default_transaction_read_only = on")]
    [InlineData("ALTER DATABASE app SET default_transaction_read_only = on")]
    public async Task A_server_that_takes_no_writes_from_anybody_is_no_primary_and_says_why(string setting)
    {
        await using var cluster = await StartAsync(setting);
        await using var db = Resilient.Over(Reports(cluster), configure: static b => b.Options.TotalTimeout = b.Options.AttemptTimeout = TimeSpan.FromSeconds(1));

        var none = await Assert.ThrowsAsync<NoSuitableEndpointException>(() => db.WriteAsync("CREATE TABLE t (id int)"));

        Assert.Contains("NotConfirmed: transactions there are read-only (default_transaction_read_only = on", none.Message, StringComparison.Ordinal);
    }

    static async Task<PostgresCluster> StartAsync(string setting)
    {
        var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await Sql.ExecuteAsync(cluster.Primary, "CREATE ROLE reports LOGIN");
        await Sql.ExecuteAsync(cluster.Primary, setting);
        await Sql.ExecuteAsync(cluster.Primary, "SELECT pg_reload_conf()");
        await cluster.WaitForReplayAsync(cluster.Standbys[0], TestContext.Current.CancellationToken);
        return cluster;
    }

    static string Reports(PostgresCluster cluster) => new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Username = "reports" }.ConnectionString;
}
