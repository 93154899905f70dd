using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.AspNetCore;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_follows_the_cluster()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var web = await WebApp.StartAsync(cluster.ConnectionString, new EphemeralDataProtectionProvider());
        var primary = $"{cluster.Primary.Host}:{cluster.Primary.Port}";

        var (status, health) = await AskAsync(web);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("Healthy", health.GetProperty("status").GetString());
        Assert.Equal(primary, health.GetProperty("primary").GetString());
        Assert.Equal(3, health.GetProperty("endpoints").GetArrayLength());
        Assert.Equal("Healthy", await web.GetAsync("/health"));
        foreach (var endpoint in health.GetProperty("endpoints").EnumerateArray())
        {
            var isPrimary = endpoint.GetProperty("endpoint").GetString() == primary;
            Assert.Equal(isPrimary ? "Primary" : "Standby", endpoint.GetProperty("role").GetString());
            Assert.Equal("Available", endpoint.GetProperty("status").GetString());
            Assert.Equal(isPrimary ? JsonValueKind.Null : JsonValueKind.Number, endpoint.GetProperty("lagMilliseconds").ValueKind);
        }

        await cluster.StopAsync(cluster.Primary);
        await Eventually.TrueAsync(() => web.Db.Topology.Current.Primary is null);
        (status, health) = await AskAsync(web);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("Degraded", health.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, health.GetProperty("primary").ValueKind);
        Assert.Equal("Degraded", await web.GetAsync("/health"));

        foreach (var standby in cluster.Standbys)
        {
            await cluster.StopAsync(standby);
        }

        await Eventually.TrueAsync(() => web.Db.Topology.Current.Endpoints.All(static e => e.Status != EndpointStatus.Available));
        (status, health) = await AskAsync(web);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("Unhealthy", health.GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await web.SendAsync(HttpMethod.Get, "/health")).Status);
        Assert.DoesNotContain("app", health.GetRawText(), StringComparison.Ordinal); // Neither the user nor the database.
    }

    static async Task<(HttpStatusCode Status, JsonElement Health)> AskAsync(WebApp web)
    {
        var answer = await web.SendAsync(HttpMethod.Get, "/health/postgres");
        return (answer.Status, JsonDocument.Parse(answer.Body).RootElement);
    }
}
