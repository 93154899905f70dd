using System.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Cluster;

public sealed class StartTests
{
    [Fact]
    public async Task With_every_server_down_a_call_waits_and_then_tells_each_reason()
    {
        await using var db = Resilient.Over("Host=127.0.0.1:1,127.0.0.1:2;Username=app", configure: static b => b.Options.TotalTimeout = b.Options.AttemptTimeout = TimeSpan.FromSeconds(1));

        var since = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<NoSuitableEndpointException>(() => db.WriteAsync("SELECT 1"));

        Assert.InRange(since.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(10));
        Assert.True(error.IsTransient);
        Assert.Equal(2, error.Decision.Rejections.Length);
        Assert.All(error.Decision.Rejections, static r => Assert.Equal(EndpointStatus.Unreachable, r.Endpoint.Status));
        Assert.Contains("127.0.0.1:2", error.Message, StringComparison.Ordinal);
        Assert.Contains("Failed to connect", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_made_while_all_is_down_goes_through_once_the_primary_is_back()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var primary = cluster.Primary;
        await cluster.StopAsync(primary);
        await using var db = Resilient.Over(cluster);
        var write = db.WriteAsync("SELECT 1");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.False(write.IsCompleted);

        await cluster.StartAsync(primary);
        await write;
    }

    [Theory]
    [InlineData("Password=wrong", "28P01")]
    [InlineData("Database=nothere", "3D000")]
    public async Task A_wrong_password_or_database_fails_at_once_and_says_so(string wrong, string code)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => (o.Standbys, o.Password) = (1, "right"));
        var log = new RecordedLog();
        await using var db = Resilient.Over($"{cluster.ConnectionString};{wrong}", log);

        var since = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<NoSuitableEndpointException>(() => db.WriteAsync("SELECT 1"));

        Assert.True(since.Elapsed < TimeSpan.FromSeconds(10), $"took {since.Elapsed}");
        Assert.False(error.IsTransient);
        Assert.Contains(code, error.Message, StringComparison.Ordinal);
        Assert.All(db.Topology.Current.Endpoints, static e => Assert.Equal(EndpointStatus.Misconfigured, e.Status));
        await Eventually.TrueAsync(() => log.Count(2002) == 2);

        // Asked again rarely, so that no account is locked by us.
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        var lines = await File.ReadAllLinesAsync(cluster.Primary.LogFile, TestContext.Current.CancellationToken);
        Assert.InRange(lines.Count(static l => l.Contains("FATAL", StringComparison.Ordinal) && (l.Contains("password authentication failed", StringComparison.Ordinal) || l.Contains("nothere", StringComparison.Ordinal))), 1, 3);
    }

    [Theory]
    [InlineData("SSL Mode=Require;GSS Encryption Mode=Disable;Password=right", "SSL connection requested")]
    [InlineData("Passfile=/dev/null", "No password has been provided")]
    public async Task A_session_that_the_driver_itself_gives_up_for_a_setting_fails_at_once_and_says_so(string wrong, string message)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => (o.Standbys, o.Password) = (0, "right"));
        var parts = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Password = null };
        var log = new RecordedLog();
        await using var db = Resilient.Over($"{parts.ConnectionString};{wrong}", log);

        var since = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<NoSuitableEndpointException>(() => db.WriteAsync("SELECT 1"));

        Assert.True(since.Elapsed < TimeSpan.FromSeconds(10), $"took {since.Elapsed}");
        Assert.False(error.IsTransient);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => log.Count(2002) == 1);
    }

    [Fact]
    public async Task A_host_of_another_cluster_is_excluded_and_said_once()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var foreign = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        var log = new RecordedLog();
        var hosts = new NpgsqlConnectionStringBuilder(cluster.ConnectionString);
        hosts.Host = $"{foreign.Primary.Host}:{foreign.Primary.Port},{hosts.Host}";
        await using var db = await Resilient.Over(hosts.ConnectionString, log).ReadyAsync();

        for (var i = 0; i < 20; i++)
        {
            Assert.NotEqual(foreign.Primary.Port, await db.PortAsync(ReadPreference.Any));
        }

        Assert.Equal(EndpointStatus.Foreign, db.Of(foreign.Primary).Status);
        Assert.Equal(cluster.Primary.Port, db.Topology.Current.Primary!.Endpoint.Port);
        Assert.Equal(1, log.Count(2002));
    }

    [Fact]
    public async Task What_Npgsql_s_own_multi_host_source_would_use_is_translated_and_said_once()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var log = new RecordedLog();
        await using var db = await Resilient.Over($"{cluster.ConnectionString};Target Session Attributes=primary;Load Balance Hosts=true;Host Recheck Seconds=5", log).ReadyAsync();

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(cluster.Primary.Port, await db.PortAsync());
        }

        Assert.Equal(3, log.Count(4001));
    }

    [Fact]
    public void Bad_options_are_refused_before_anything_starts()
    {
        var builder = new ResilientDataSourceBuilder("Host=a;Port=99999");
        builder.Options.MaxReplicationLag = TimeSpan.FromMilliseconds(1);

        var error = Assert.Throws<OptionsValidationException>(builder.Build);

        Assert.Contains(error.Failures, static f => f.Contains("99999", StringComparison.Ordinal));
        Assert.Contains(error.Failures, static f => f.Contains("MaxReplicationLag", StringComparison.Ordinal));
    }
}
