using System.Globalization;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Patroni;

/// <summary>What is learnt from a real Patroni that is well.</summary>
public sealed class DiscoveryTests(SharedPatroni shared) : IClassFixture<SharedPatroni>
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_url_of_a_private_authority_finds_all_members()
    {
        var cluster = shared.Cluster;
        await using var db = await Over().ReadyAsync(cluster);

        var leader = await cluster.WaitForLeaderAsync(Cancelled);
        Assert.Equal(cluster.Members.Select(static m => m.Port), db.Topology.Current.Endpoints.Select(static e => e.Endpoint.Port));
        Assert.Equal(leader.Port, await db.PortAsync(ReadPreference.Primary));
        Assert.NotEqual(leader.Port, await db.PortAsync(ReadPreference.Standby));
        await db.ShowsAsync($"listed as Primary ({leader.Name}: leader, running, timeline");
        await db.ShowsAsync($"listed by Patroni 'test': 3 endpoints");
        await db.ShowsAsync("answered by https://127.0.0.1:");
        Assert.Contains("\"patroni.name\": \"pg1\"", db.Topology.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tags_decide_who_takes_reads_and_writes_and_are_labels()
    {
        var cluster = shared.Cluster;
        await using var db = await Over().ReadyAsync(cluster);
        var reports = db.Find(cluster.Members[2])!.Endpoint;

        Assert.Equal((0, false), (reports.Weight, reports.CanBecomePrimary));
        Assert.Equal("true", reports.Labels["patroni.clonefrom"]);
        Assert.Equal(["north", "south", "south"], cluster.Members.Select(m => db.Find(m)!.Endpoint.Labels["zone"]));
        var ports = new HashSet<int>();
        for (var i = 0; i < 50; i++)
        {
            ports.Add(await db.PortAsync(ReadPreference.Standby));
        }

        Assert.DoesNotContain(reports.Port, ports);
    }

    [Fact]
    public async Task A_planned_switchover_is_seen_ahead()
    {
        var cluster = shared.Cluster;
        await using var db = await Over().ReadyAsync(cluster);
        var at = TimeProvider.System.GetUtcNow().AddHours(1);
        await cluster.ScheduleSwitchoverAsync(at, cluster.Members[1], Cancelled);
        try
        {
            await db.ShowsAsync(string.Create(CultureInfo.InvariantCulture, $"to pg2 planned at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"));
        }
        finally
        {
            await cluster.CancelSwitchoverAsync(Cancelled);
        }

        await Eventually.TrueAsync(() => !db.Topology.ToString().Contains("planned", StringComparison.Ordinal), () => db.Topology.ToString());
    }

    [Fact]
    public async Task An_interface_that_hangs_or_refuses_is_gone_round()
    {
        var cluster = shared.Cluster;
        await using var proxy = await ChaosProxy.StartAsync(cluster.Members[0].Host, cluster.Members[0].RestPort);
        await using var db = await Over(o => o.Urls.Add(new Uri($"https://{proxy.Host}:{proxy.Port}"))).ReadyAsync(cluster);
        await db.ShowsAsync($"{proxy.Port}/");

        proxy.Freeze();
        await Eventually.TrueAsync(() => !db.Topology.ToString().Contains($"{proxy.Port}/", StringComparison.Ordinal), () => db.Topology.ToString());
        proxy.Refuse();
        proxy.ResetAll();
        await using var other = await Over(o =>
        {
            o.Urls.Add(new Uri($"https://{proxy.Host}:{proxy.Port}"));
            o.Urls.Add(cluster.Members[2].RestUrl);
        }).ReadyAsync(cluster);
        await other.ShowsAsync("answered by https://127.0.0.1:");
    }

    [Fact]
    public async Task Another_authority_another_scope_and_plain_http_are_refused()
    {
        var cluster = shared.Cluster;
        using var authority = new PrivateCertificateAuthority();
        var plain = new UriBuilder(cluster.Members[0].RestUrl) { Scheme = "http" }.Uri;
        (Action<PatroniOptions> Change, string Why)[] wrong =
        [
            (o => o.RootCertificate = authority.File, "certificate"),
            (o => o.Scope = "another", "it is of scope 'test', not 'another'"),
            (o => o.Urls.Add(plain), $"http://127.0.0.1:{plain.Port}/"),
        ];
        foreach (var (change, why) in wrong)
        {
            await using var db = Over(change);

            _ = db.Explain();
            await db.ShowsAsync("failing: https://127.0.0.1".Replace("https:", change == wrong[2].Change ? "http:" : "https:", StringComparison.Ordinal));
            await db.ShowsAsync(why);

            // The options are what is in use until a provider has answered.
            Assert.Single(db.Topology.Current.Endpoints);
        }
    }

    ResilientDataSource Over(Action<PatroniOptions>? configure = null) => PatroniDb.Over(shared.Cluster, configure: options =>
    {
        options.Scope = "test";
        options.RootCertificate = shared.Authority.File;
        configure?.Invoke(options);
    });
}
