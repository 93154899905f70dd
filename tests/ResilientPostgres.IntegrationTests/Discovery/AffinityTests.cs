using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Discovery;

/// <summary>Reads prefer near servers, and do without them.</summary>
public sealed class AffinityTests
{
    [Fact]
    public async Task A_server_of_the_zone_is_read_while_it_will_do_and_any_other_then()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var (near, far) = (cluster.Servers[1], cluster.Servers[2]);
        await using var db = await Resilient.Over(cluster, configure: b =>
        {
            b.Options.Affinity.Label = "zone=here";
            b.Options.Endpoints.Add(new EndpointOptions { Host = near.Host, Port = near.Port, Labels = { ["zone"] = "here" } });
        }).ReadyAsync();

        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(near.Port, await db.PortAsync());
            Assert.Equal(near.Port, await StatementPortAsync(db));
        }

        Assert.Contains($"{far.Port} OtherLabel", db.Explain().ToString(), StringComparison.Ordinal);
        await cluster.KillAsync(near);
        await Eventually.TrueAsync(() => db.Of(near).Status == EndpointStatus.Unreachable, () => db.Topology.ToString());
        Assert.Equal(far.Port, await db.PortAsync());
    }

    [Fact]
    public async Task The_nearest_by_latency_are_read()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var proxy = await ChaosProxy.StartAsync(cluster.Servers[2].Host, cluster.Servers[2].Port);
        proxy.Latency = TimeSpan.FromMilliseconds(30);
        await using var db = await Resilient.Over(
            Resilient.Through(cluster, (cluster.Servers[2], proxy)),
            configure: static b => b.Options.Affinity.MaxLatencyDifference = TimeSpan.FromMilliseconds(20)).ReadyAsync();
        await Eventually.TrueAsync(() => db.Topology.Current.Endpoints[2].Latency > TimeSpan.FromMilliseconds(40), () => db.Topology.ToString());

        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(cluster.Servers[1].Port, await db.PortAsync());
        }

        Assert.Contains("TooFar", db.Explain().ToString(), StringComparison.Ordinal);
    }

    static async Task<int> StatementPortAsync(ResilientDataSource db)
    {
        await using var command = db.CreateCommand("SELECT current_setting('port')::int");
        return (int)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
