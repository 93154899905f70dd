using System.Text;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Patroni;

/// <summary>Patroni is paused and stopped, as for its upgrade, and the servers go on.</summary>
public sealed class MaintenanceTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_leader_whose_Patroni_is_stopped_in_maintenance_mode_goes_on_taking_writes()
    {
        Servers.RequirePart.Patroni();
        await using var cluster = await PatroniCluster.StartAsync(new PatroniClusterOptions { Members = 2 }, Cancelled);
        await using var db = await PatroniDb.Over(
            cluster,
            configure: o => o.Urls.Add(cluster.Members[1].RestUrl),
            build: static b => b.Options.Monitoring.DiscoveryMemory = TimeSpan.FromSeconds(1)).ReadyAsync(cluster);
        await using var work = await Workload.StartAsync(db);
        var leader = await cluster.WaitForLeaderAsync(Cancelled);
        await PauseAsync(leader);
        await db.ShowsAsync("paused (maintenance mode");

        await cluster.FreezePatroniAsync(leader, Cancelled);
        try
        {
            await db.ShowsAsync("no leader");
            await db.ShowsAsync($"{leader.Name}: no role, no longer named");
            var since = TimeProvider.System.GetTimestamp();
            await Eventually.TrueAsync(() => TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(3));
            await work.WritesAsync(50);
            Assert.Equal((leader.Port, EndpointStatus.Available), (db.Topology.Current.Primary!.Endpoint.Port, db.Find(leader)!.Status));
        }
        finally
        {
            cluster.ThawPatroni(leader);
        }

        await db.ShowsAsync($"listed as Primary ({leader.Name}: leader");
        await work.AssertCleanAsync();
    }

    static async Task PauseAsync(PatroniMember member)
    {
        using var http = new HttpClient();
        using var answer = await http.PatchAsync(new Uri(member.RestUrl, "config"), new StringContent("""{"pause": true}""", Encoding.UTF8, "application/json"), Cancelled);
        answer.EnsureSuccessStatusCode();
    }
}
