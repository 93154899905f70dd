using Npgsql;
using ResilientPostgres.IntegrationTests.Discovery;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Postgres;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Aws;

/// <summary>Real servers with the functions of Aurora, modelled on their documentation; not run on AWS.</summary>
public sealed class AuroraTests
{
    const string Domain = "abcdefghijkl.eu-west-1.rds.amazonaws.com";

    [Theory]
    [InlineData(WalFunctions.NeedLogical)]
    [InlineData(WalFunctions.NotSupported)]
    [InlineData(WalFunctions.Available)]
    public async Task Instances_are_found_by_their_own_names_and_read_by_the_lag_they_tell(WalFunctions functions)
    {
        await using var cluster = await StartAsync();
        var stubs = await AuroraStubs.InstallAsync(cluster, new AuroraStubsOptions { WalFunctions = functions }, TestContext.Current.CancellationToken);
        await using var db = await Over(cluster).ReadyAsync();

        Assert.Equal($"instance-1.{Domain}", db.Topology.Current.Primary!.Endpoint.Host);
        Assert.Equal(3, db.Topology.Current.Endpoints.Length);
        Assert.Contains("listed as Standby (lag 10 ms)", db.Topology.ToString(), StringComparison.Ordinal);
        await stubs.SetLagAsync(cluster.Servers[1], TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await stubs.SetLagAsync(cluster.Servers[2], TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => LagOf(db, cluster.Servers[1]) > TimeSpan.FromSeconds(10) && LagOf(db, cluster.Servers[2]) < TimeSpan.FromSeconds(2), () => db.Topology.ToString());
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("instance-3", await db.ReadAsync<string>("SELECT aurora_db_instance_identifier()", ReadPreference.Standby));
        }
    }

    [Fact]
    public async Task A_lag_that_is_not_told_is_unknown_and_not_none()
    {
        await using var cluster = await StartAsync(standbys: 1);
        var stubs = await AuroraStubs.InstallAsync(cluster, cancellationToken: TestContext.Current.CancellationToken);
        await using var db = await Over(cluster).ReadyAsync();

        await stubs.SetLagAsync(cluster.Servers[1], null, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => LagOf(db, cluster.Servers[1]) > TimeSpan.FromSeconds(2), () => db.Topology.ToString());

        Assert.Equal("instance-1", await db.ReadAsync<string>("SELECT aurora_db_instance_identifier()"));
    }

    [Fact]
    public async Task A_failover_is_followed_by_role_and_what_was_acknowledged_is_there_once()
    {
        await using var cluster = await StartAsync(o => o.SynchronousReplication = true);
        await AuroraStubs.InstallAsync(cluster, cancellationToken: TestContext.Current.CancellationToken);
        await using var db = await Over(cluster).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(100);
        await cluster.KillAsync(cluster.Servers[0]);
        var next = await cluster.MostAdvancedStandbyAsync();
        await cluster.PromoteAsync(next);
        await work.WritesAsync(100);
        await work.StopAsync();

        Assert.Equal($"{AuroraStubs.InstanceOf(next)}.{Domain}", db.Topology.Current.Primary!.Endpoint.Host);
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task A_switchover_under_one_timeline_is_confirmed_by_the_topology()
    {
        await using var cluster = await StartAsync(standbys: 1);
        await AuroraStubs.InstallAsync(cluster, cancellationToken: TestContext.Current.CancellationToken);
        await using var db = await Over(cluster).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(50);
        await cluster.SwitchoverAsync(cluster.Servers[1]);
        await work.WritesAsync(50);
        await work.StopAsync();

        Assert.Equal($"instance-2.{Domain}", db.Topology.Current.Primary!.Endpoint.Host);
        Assert.Empty(work.FailedWrites);
    }

    [Fact]
    public async Task Reads_after_a_write_see_it_though_no_position_is_told()
    {
        await using var cluster = await StartAsync(standbys: 1);
        await AuroraStubs.InstallAsync(cluster, cancellationToken: TestContext.Current.CancellationToken);
        await using var db = await Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (x int)");
        await cluster.PauseReplayAsync(cluster.Servers[1]);
        for (var i = 1; i <= 20; i++)
        {
            await using var write = db.CreateCommand($"INSERT INTO t VALUES ({i})");
            await write.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await using var read = db.CreateCommand("SELECT count(*) FROM t");
            Assert.Equal((long)i, await read.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_commit_can_be_resolved_by_a_token_row_only_and_the_log_says_so()
    {
        await using var cluster = await StartAsync(standbys: 1);
        await AuroraStubs.InstallAsync(cluster, cancellationToken: TestContext.Current.CancellationToken);
        var log = new RecordedLog();
        await using var db = await Over(cluster, log).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (x int)");

        var done = await db.TransactAsync(
            async (tx, ct) =>
            {
                await using var command = tx.CreateCommand("INSERT INTO t VALUES (1)");
                return await command.ExecuteNonQueryAsync(ct);
            },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, done.Value);
        Assert.Contains(log.Lines, static l => l.Id == 3006 && l.Text.Contains("Aurora", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_is_no_name_of_RDS_needs_the_form_of_the_instances_names()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await AuroraStubs.InstallAsync(cluster, cancellationToken: TestContext.Current.CancellationToken);
        var log = new RecordedLog();
        await using var db = await Resilient.Over(cluster, log, static b => b.UseAurora()).ReadyAsync();

        await Eventually.TrueAsync(() => log.Lines.Any(static l => l.Id == 2006 && l.Text.Contains("UseAurora(\"?.example.com\")", StringComparison.Ordinal)));
        Assert.Throws<ArgumentException>(static () => new ResilientDataSourceBuilder("Host=a").UseAurora("instance.example.com"));
    }

    [Fact]
    public async Task The_instances_of_a_Multi_AZ_cluster_are_listed_by_themselves()
    {
        await using var cluster = await StartAsync();
        await AuroraStubs.InstallMultiAzAsync(cluster, cancellationToken: TestContext.Current.CancellationToken);
        await using var db = await Over(cluster, provider: new RdsClusterEndpointProvider()).ReadyAsync();

        Assert.Equal($"instance-1.{Domain}", db.Topology.Current.Primary!.Endpoint.Host);
        Assert.Equal(2, db.Topology.Current.Endpoints.Count(static e => e.Role == EndpointRole.Standby));
        await cluster.KillAsync(cluster.Servers[0]);
        await cluster.PromoteAsync(cluster.Servers[1]);
        await db.GoneAsync(cluster.Servers[0]);
        await db.WriteAsync("CREATE TABLE t (x int)");
        Assert.Equal($"instance-2.{Domain}", db.Topology.Current.Primary!.Endpoint.Host);
    }

    [Fact]
    public async Task A_cluster_without_the_extension_is_told_what_is_missing()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var log = new RecordedLog();
        await using var db = await Resilient.Over(cluster, log, static b => b.UseRdsCluster()).ReadyAsync();

        await Eventually.TrueAsync(() => log.Lines.Any(static l => l.Id == 2006 && l.Text.Contains("CREATE EXTENSION rds_tools", StringComparison.Ordinal)));
    }

    static TimeSpan? LagOf(ResilientDataSource db, PostgresServer server) =>
        db.Topology.ReplicationLag(db.Topology.Current.Endpoints.Single(e => e.Endpoint.Address == server.Host).Endpoint);

    static Task<PostgresCluster> StartAsync(int standbys) => StartAsync(o => o.Standbys = standbys);

    static Task<PostgresCluster> StartAsync(Action<PostgresClusterOptions>? configure = null) => RequirePostgres.StartClusterAsync(o =>
    {
        configure?.Invoke(o);
        for (var i = 0; i <= o.Standbys; i++)
        {
            o.Addresses.Add($"127.0.3.{i + 1}");
        }
    });

    /// <summary>As on AWS: one port, the name of the cluster to begin with, and names for the instances.</summary>
    static ResilientDataSource Over(PostgresCluster cluster, RecordedLog? log = null, IEndpointProvider? provider = null)
    {
        var hosts = cluster.Servers.Select(static s => s.Host);
        var seeds = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Host = string.Join(',', hosts), Port = cluster.Servers[0].Port };
        return Resilient.Over(seeds.ConnectionString, log, b => b.AddEndpointProvider(
            new PrivateNames(provider ?? new AuroraEndpointProvider($"?.{Domain}"), name => $"127.0.3.{name["instance-".Length]}")));
    }
}
