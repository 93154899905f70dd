using System.Net;
using System.Text.Json;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Servers;

public sealed class PatroniClusterTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_hands_over_and_survives_its_leader()
    {
        RequirePart.Patroni();
        var output = TestContext.Current.TestOutputHelper!;
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        await using var cluster = await PatroniCluster.StartAsync(cancellationToken: Cancelled);
        output.WriteLine($"started in {clock.GetElapsedTime(start)}");

        var first = await cluster.WaitForLeaderAsync(Cancelled);
        var candidate = cluster.Members.First(member => member != first);
        start = clock.GetTimestamp();
        Assert.Same(candidate, await cluster.SwitchoverAsync(candidate, Cancelled));
        output.WriteLine($"switched over in {clock.GetElapsedTime(start)}");
        await cluster.WaitForReplicasAsync(Cancelled);
        output.WriteLine($"all streaming after {clock.GetElapsedTime(start)}");

        var failover = await cluster.KillLeaderAsync(Cancelled);
        output.WriteLine($"promoted in {failover.Duration}");
        Assert.Same(candidate, failover.Killed);
        Assert.NotSame(candidate, failover.Promoted);
        Assert.Null(candidate.PostmasterId);

        start = clock.GetTimestamp();
        await cluster.StartAsync(candidate, Cancelled);
        await cluster.WaitForReplicasAsync(Cancelled);
        output.WriteLine($"back after {clock.GetElapsedTime(start)}");
        Assert.True(await Sql.ScalarAsync<bool>(candidate.ConnectionString, "SELECT pg_is_in_recovery()"));
        await cluster.RestartAsync(candidate, Cancelled);
        Assert.True(await Sql.ScalarAsync<bool>(candidate.ConnectionString, "SELECT now() - pg_postmaster_start_time() < interval '10 s'"));
    }

    [Fact]
    public async Task Its_interface_shows_tags_and_what_is_scheduled()
    {
        RequirePart.Patroni();
        using var authority = new PrivateCertificateAuthority();
        using var certificate = authority.Issue("127.0.0.1");
        var options = new PatroniClusterOptions { Members = 2, RestCertificate = certificate };
        options.Tags["pg2"] = new PatroniTags(NoFailover: true, NoLoadBalance: true);
        await using var cluster = await PatroniCluster.StartAsync(options, Cancelled);

        Assert.Same(cluster.Members[0], await cluster.WaitForLeaderAsync(Cancelled));
        await cluster.ScheduleSwitchoverAsync(TimeProvider.System.GetUtcNow().AddHours(1), cancellationToken: Cancelled);

        using var http = Trusting(authority);
        var answer = await EventuallyAsync(http, cluster.Members[1], text => text.Contains("scheduled_switchover", StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper!.WriteLine(answer);
        using var json = JsonDocument.Parse(answer);
        var second = json.RootElement.GetProperty("members").EnumerateArray().Single(member => member.GetProperty("name").GetString() == "pg2");
        Assert.True(second.GetProperty("tags").GetProperty("nofailover").GetBoolean());
        using var replica = await http.GetAsync(new Uri(cluster.Members[1].RestUrl, "replica"), Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, replica.StatusCode);

        await cluster.CancelSwitchoverAsync(Cancelled);
        await EventuallyAsync(http, cluster.Members[1], text => !text.Contains("scheduled_switchover", StringComparison.Ordinal));

        using var other = new PrivateCertificateAuthority();
        using var distrusting = Trusting(other);
        await Assert.ThrowsAsync<HttpRequestException>(() => distrusting.GetStringAsync(cluster.Members[0].RestUrl, Cancelled));
    }

    static async Task<string> EventuallyAsync(HttpClient http, PatroniMember member, Predicate<string> condition)
    {
        while (true)
        {
            var answer = await http.GetStringAsync(new Uri(member.RestUrl, "cluster"), Cancelled);
            if (condition(answer))
            {
                return answer;
            }

            await Task.Delay(50, Cancelled);
        }
    }

    static HttpClient Trusting(PrivateCertificateAuthority authority)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = authority.Policy();
        return new HttpClient(handler);
    }
}
