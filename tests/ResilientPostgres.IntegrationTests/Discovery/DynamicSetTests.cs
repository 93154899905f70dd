using System.Text.Json;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Discovery;

/// <summary>Endpoints that join and leave while work goes on.</summary>
public sealed class DynamicSetTests
{
    [Fact]
    public async Task One_that_joins_is_read_and_one_that_leaves_drains_without_an_error()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var provider = new ListProvider(Of(cluster.Servers[0]), Of(cluster.Servers[1]));
        await using var db = await Over(cluster, provider).ReadyAsync();
        var (second, third) = (cluster.Servers[1], cluster.Servers[2]);
        await using (var work = await Workload.StartAsync(db))
        {
            await work.ReadsAsync(200);
            provider.Listed = [Of(cluster.Servers[0]), Of(second), Of(third)];
            await Eventually.TrueAsync(() => work.ReadsOn(third.Port) > 100, () => db.Topology.ToString());

            provider.Listed = [Of(cluster.Servers[0]), Of(third)];
            await Eventually.TrueAsync(() => db.Of(second).Status == EndpointStatus.Draining && db.Of(second).InFlight == 0, () => db.Topology.ToString());
            var before = work.ReadsOn(second.Port);
            await work.ReadsAsync(500);
            Assert.Equal(before, work.ReadsOn(second.Port));

            await Eventually.TrueAsync(() => db.Topology.Current.Endpoints.Length == 2, () => db.Topology.ToString());
            await work.StopAsync();
            Assert.Empty(work.FailedReads);
            Assert.Empty(work.FailedWrites);
        }

        // Nothing of ours is left on the one that has gone.
        const string Clients = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        for (var left = 1L; left > 0; left = await Sql.ScalarAsync<long>(second, Clients))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task What_runs_on_one_that_leaves_may_end()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var provider = new ListProvider(Of(cluster.Servers[0]), Of(cluster.Servers[1]));
        await using var db = await Over(cluster, provider, memory: TimeSpan.Zero).ReadyAsync();

        var running = db.ReadAsync<string>("SELECT pg_sleep(4)::text || inet_server_port()", ReadPreference.Standby);
        await Eventually.TrueAsync(() => db.Of(cluster.Servers[1]).InFlight == 1);
        provider.Listed = [Of(cluster.Servers[0])];
        await Eventually.TrueAsync(() => db.Topology.Current.Endpoints.Length == 1, () => db.Topology.ToString());
        Assert.False(running.IsCompleted);

        Assert.Equal($"{cluster.Servers[1].Port}", await running);
    }

    [Fact]
    public async Task A_provider_that_fails_or_lists_nothing_changes_nothing_and_the_log_says_so()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var provider = new ListProvider(Of(cluster.Servers[0]), Of(cluster.Servers[1]));
        var log = new RecordedLog();
        await using var db = await Over(cluster, provider, log: log).ReadyAsync();

        provider.Failure = new InvalidOperationException("no name server");
        await Eventually.TrueAsync(() => log.Count(2006) == 1);
        Assert.Equal(2, db.Topology.Current.Endpoints.Length);
        Assert.Contains("no name server", db.Topology.ToString(), StringComparison.Ordinal);
        provider.Failure = null;
        await Eventually.TrueAsync(() => log.Count(2007) == 1);
        provider.Listed = [];
        await Eventually.TrueAsync(() => log.Lines.Any(static l => l.Id == 2006 && l.Text.Contains("lists no endpoint", StringComparison.Ordinal)));

        Assert.Equal(2, db.Topology.Current.Endpoints.Length);
        Assert.Equal(1, await db.ReadAsync<int>("SELECT 1", ReadPreference.Standby));
    }

    [Fact]
    public async Task A_provider_that_never_answers_leaves_the_hosts_of_the_connection_string()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var provider = new ListProvider { Delay = TimeSpan.FromMinutes(1) };
        await using var db = await Over(cluster, provider, configure: static o => o.Monitoring.DiscoveryTimeout = TimeSpan.FromMilliseconds(200)).ReadyAsync();

        Assert.Equal(cluster.Servers[1].Port, await db.PortAsync(ReadPreference.Standby));
        Assert.Contains("nothing yet", db.Topology.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_of_the_cluster_and_that_of_the_instance_are_one_server()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var primary = cluster.Servers[0];
        var provider = new ListProvider(new ListedEndpoint(new Endpoint("localhost", primary.Port)), Of(primary), Of(cluster.Servers[1]));
        await using var db = await Over(cluster, provider).ReadyAsync();

        Assert.Equal(ClusterStatus.WithPrimary, db.Topology.Current.Status);
        await db.WriteAsync("CREATE TABLE t (x int)");
        Assert.Equal(cluster.Servers[1].Port, await db.PortAsync());
        Assert.Equal(2, db.Topology.Current.Endpoints.Count(static e => e is { Role: EndpointRole.Primary, Status: EndpointStatus.Available }));
    }

    [Fact]
    public async Task A_list_that_leaves_out_a_primary_that_works_does_not_end_it()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var provider = new ListProvider(Of(cluster.Servers[0]), Of(cluster.Servers[1]));
        await using var db = await Over(cluster, provider, memory: TimeSpan.FromMilliseconds(500)).ReadyAsync();

        provider.Listed = [new ListedEndpoint(new Endpoint("127.0.0.1", 1))];
        await Eventually.TrueAsync(() => db.Topology.Current.Endpoints.All(e => e.Endpoint.Port != cluster.Servers[1].Port), () => db.Topology.ToString());
        await Task.Delay(1500, TestContext.Current.CancellationToken);

        Assert.Equal(cluster.Servers[0].Port, await db.PortAsync(ReadPreference.Primary));
        Assert.Contains($"{cluster.Servers[0].Port} Primary Available, timeline 1; is no longer listed", db.Topology.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_confirms_a_takeover_and_alone_makes_none()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var (first, second) = (cluster.Servers[0], cluster.Servers[1]);
        var provider = new ListProvider(Of(first), Of(second) with { Role = EndpointRole.Primary });
        await using var db = await Over(cluster, provider).ReadyAsync();
        Assert.Equal(first.Port, await db.PortAsync(ReadPreference.Primary));

        // Promoted beside the old one, which lives on: a drill, but for the provider's word.
        provider.Listed = [Of(first), Of(second)];
        await Eventually.TrueAsync(() => !db.Topology.ToString().Contains("listed as Primary", StringComparison.Ordinal));
        await cluster.PromoteAsync(second);
        await Eventually.TrueAsync(() => db.Topology.Current.Status == ClusterStatus.SplitBrain, () => db.Topology.ToString());
        provider.Listed = [Of(first), Of(second) with { Role = EndpointRole.Primary }];

        Assert.Equal(second.Port, await db.PortAsync(ReadPreference.Primary));
        Assert.Equal(EndpointStatus.Fenced, db.Of(first).Status);
    }

    [Fact]
    public async Task The_dump_is_readable_by_people_and_programs_and_tells_no_password()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var provider = new ListProvider(Of(cluster.Servers[0]) with { Role = EndpointRole.Primary }, Of(cluster.Servers[1]) with { Note = "lag 3" });
        await using var db = await Over(cluster, provider, configure: static o => o.ConnectionString += ";Password=secret-word").ReadyAsync();

        var text = db.Topology.ToString();
        Assert.Contains("listed as Primary", text, StringComparison.Ordinal);
        Assert.Contains("(lag 3)", text, StringComparison.Ordinal);
        Assert.Contains("ms behind", text, StringComparison.Ordinal);
        Assert.Contains("listed by test: 2 endpoints", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", text + db.Topology.ToJson(), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(db.Topology.ToJson());
        Assert.Equal("WithPrimary", json.RootElement.GetProperty("status").GetString());
        Assert.Equal(["Primary", "Standby"], json.RootElement.GetProperty("endpoints").EnumerateArray().Select(static e => e.GetProperty("role").GetString()));
        Assert.Equal("test", json.RootElement.GetProperty("source").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_provider_can_ask_the_servers_and_ends_with_the_data_source()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var provider = new ListProvider(Of(cluster.Servers[0]), Of(cluster.Servers[1]));
        await using (var db = await Over(cluster, provider).ReadyAsync())
        {
            await using var connection = await provider.Query!.OpenAsync(provider.Query.Seeds[1], TestContext.Current.CancellationToken);
            Assert.Equal(cluster.Servers[1].Port, await Resilient.ScalarAsync<int>(connection, "SELECT inet_server_port()", TestContext.Current.CancellationToken));
        }

        Assert.True(provider.IsDisposed);
        var asked = provider.Asked;
        await Task.Delay(1300, TestContext.Current.CancellationToken);
        Assert.Equal(asked, provider.Asked);
    }

    static ListedEndpoint Of(PostgresServer server) => new(new Endpoint(server.Host, server.Port));

    static ResilientDataSource Over(
        PostgresCluster cluster, ListProvider provider, RecordedLog? log = null, TimeSpan? memory = null, Action<ResilientPostgresOptions>? configure = null) =>
        Resilient.Over(cluster, log, b =>
        {
            b.AddEndpointProvider(provider);
            b.Options.Monitoring.DiscoveryMemory = memory ?? TimeSpan.FromSeconds(2);
            configure?.Invoke(b.Options);
        });
}
