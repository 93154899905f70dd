using Npgsql;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Servers;

public sealed class PgpoolServerTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_stand_over_one_cluster_and_one_may_be_killed()
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync();
        Backend[] backends = [.. cluster.Servers.Select(Backend.Of)];
        var start = TimeProvider.System.GetTimestamp();
        await using var first = await PgpoolServer.StartAsync(backends, cancellationToken: Cancelled);
        TestContext.Current.TestOutputHelper!.WriteLine($"started in {TimeProvider.System.GetElapsedTime(start)}");
        await using var second = await PgpoolServer.StartAsync(backends, cancellationToken: Cancelled);

        var nodes = await first.NodesAsync(Cancelled);
        Assert.Equal(["primary", "standby", "standby"], nodes.Select(node => node.Role));
        Assert.All(nodes, node => Assert.Equal("up", node.Status));
        await Sql.ScalarAsync<object>(first.ConnectionString, "CREATE TABLE t AS SELECT 7 AS n");
        Assert.Equal(7, await Sql.ScalarAsync<int>(second.ConnectionString, "/**/ SELECT n FROM t"));

        await first.KillAsync(Cancelled);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Sql.ScalarAsync<int>(first.ConnectionString, "/**/ SELECT n FROM t"));
        Assert.Equal(7, await Sql.ScalarAsync<int>(second.ConnectionString, "/**/ SELECT n FROM t"));
        await first.StartAsync(cancellationToken: Cancelled);
        await first.WaitForPrimaryAsync(Cancelled);
        Assert.Equal(7, await Sql.ScalarAsync<int>(first.ConnectionString, "/**/ SELECT n FROM t"));

        await second.DetachAsync(2, Cancelled);
        Assert.Equal(["up", "up", "down"], await StatesAsync(second));
        Assert.Equal(["up", "up", "up"], await StatesAsync(first));
        await second.AttachAsync(2, Cancelled);
        await Until.TrueAsync(async () => (await StatesAsync(second)).All(state => state is "up" or "waiting"), "the node is attached");

        await second.FreezeAsync(Cancelled);
        await Frozen.IsFrozenAsync(second.ConnectionString);
        second.Thaw();
        Assert.Equal(7, await Sql.ScalarAsync<int>(second.ConnectionString, "/**/ SELECT n FROM t"));
    }

    [Fact]
    public async Task It_promotes_a_standby_itself()
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var options = new PgpoolOptions { PromotesOnFailover = true, HealthCheckPeriod = TimeSpan.FromSeconds(1) };
        await using var pgpool = await PgpoolServer.StartAsync([.. cluster.Servers.Select(Backend.Of)], options, Cancelled);
        var port = await Sql.ScalarAsync<int>(pgpool.ConnectionString, "/**/ SELECT inet_server_port()");
        Assert.Equal(cluster.Primary.Port, port);

        await Until.TrueAsync(
            async () => (await pgpool.NodesAsync(Cancelled)).Select(node => node.ServerRole).SequenceEqual(["primary", "standby", "standby"]), "the roles are found");

        var start = TimeProvider.System.GetTimestamp();
        await cluster.KillAsync(cluster.Primary, KillScope.AllProcesses, Cancelled);
        await Until.TrueAsync(() => IsWritableAsync(pgpool), "pgpool has a primary again");
        TestContext.Current.TestOutputHelper!.WriteLine($"writable after {TimeProvider.System.GetElapsedTime(start)}");

        // The harness learns of it, and the other standby follows.
        var promoted = cluster.Standbys.Single(server => !Sql.ScalarAsync<bool>(server, "SELECT pg_is_in_recovery()").GetAwaiter().GetResult());
        await cluster.PromoteAsync(promoted, cancellationToken: Cancelled);
        Assert.Same(promoted, cluster.Primary);
        Assert.Equal("down", (await pgpool.NodesAsync(Cancelled))[0].Status);
    }

    [Fact]
    public async Task It_refuses_clients_beyond_its_children_if_some_are_reserved()
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 0);
        var options = new PgpoolOptions { Children = 3, ReservedConnections = 1 };
        await using var pgpool = await PgpoolServer.StartAsync([Backend.Of(cluster.Primary)], options, Cancelled);
        await using var source = NpgsqlDataSource.Create(pgpool.ConnectionString + ";SSL Mode=Disable;Pooling=false;Timeout=5");
        await using var first = await source.OpenConnectionAsync(Cancelled);
        await using var second = await source.OpenConnectionAsync(Cancelled);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => source.OpenConnectionAsync(Cancelled).AsTask());
        Assert.Equal("Sorry, too many clients already", exception.MessageText);
    }

    static async Task<IEnumerable<string>> StatesAsync(PgpoolServer pgpool) => (await pgpool.NodesAsync(Cancelled)).Select(node => node.Status);

    static async Task<bool> IsWritableAsync(PgpoolServer pgpool)
    {
        try
        {
            await Sql.ScalarAsync<object>(pgpool.ConnectionString, "CREATE TABLE IF NOT EXISTS written (n int)");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
