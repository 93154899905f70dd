using System.Diagnostics;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.Cluster;

public sealed class LifecycleTests
{
    [Fact]
    public async Task Waiters_are_told_when_the_data_source_is_disposed()
    {
        var db = Resilient.Over("Host=127.0.0.1:1;Username=app");
        var waiters = Enumerable.Range(0, 20).Select(_ => db.WriteAsync("SELECT 1")).ToArray();
        await Task.Delay(200, TestContext.Current.CancellationToken);

        await db.DisposeAsync();

        foreach (var waiter in waiters)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => waiter);
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => db.WriteAsync("SELECT 1"));
        await db.DisposeAsync();
        db.Dispose();
    }

    [Fact]
    public async Task Disposal_is_bounded_on_a_frozen_server_and_releases_who_waits_there()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("SELECT 1");
        var call = db.WriteAsync((c, ct) => Resilient.ScalarAsync<object>(c, "SELECT pg_sleep(60)", ct), cancellationToken: TestContext.Current.CancellationToken);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        await cluster.FreezeAsync(cluster.Primary);

        var since = Stopwatch.StartNew();
        await db.DisposeAsync();

        Assert.True(since.Elapsed < TimeSpan.FromSeconds(4), $"disposal took {since.Elapsed}");
        var error = await Assert.ThrowsAsync<OutcomeUnknownException>(() => call); // It was sent: that is worth more than who ended it.
        Assert.False(error.IsTransient);
        TestContext.Current.TestOutputHelper?.WriteLine($"disposed and released after {since.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task Disposal_under_an_open_reader_is_harmless()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        var db = await Resilient.Over(cluster).ReadyAsync();
        await using var command = db.CreateCommand("SELECT generate_series(1, 100000)");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        await reader.ReadAsync(TestContext.Current.CancellationToken);

        await db.DisposeAsync();

        var rows = 1;
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows++;
        }

        Assert.Equal(100000, rows);
    }

    [Fact]
    public async Task Sessions_are_counted_down_to_zero()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var endpoint = db.Of(cluster.Primary);
        await using (var connection = await db.OpenNpgsqlConnectionAsync(ReadPreference.Primary, TestContext.Current.CancellationToken))
        {
            Assert.Equal(1, endpoint.InFlight);
            await connection.CloseAsync();
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, endpoint.InFlight);
            await Assert.ThrowsAsync<PostgresException>(() => Resilient.ScalarAsync<int>(connection, "SELECT pg_terminate_backend(pg_backend_pid())", TestContext.Current.CancellationToken));
        }

        Assert.Equal(0, endpoint.InFlight);
        await Assert.ThrowsAsync<PostgresException>(() => db.WriteAsync("SELECT 1/0"));
        Assert.Equal(0, endpoint.InFlight);
    }

    [Fact]
    public async Task The_monitor_s_session_comes_out_of_the_pool_size()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster.ConnectionString + ";Maximum Pool Size=3;Timeout=1").ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        await using var first = await db.OpenNpgsqlConnectionAsync(ReadPreference.Primary, ct);
        await using var second = await db.OpenNpgsqlConnectionAsync(ReadPreference.Primary, ct);

        Assert.Equal(3, await Resilient.ScalarAsync<long>(first, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'", ct));

        // An exhausted pool is the caller's affair: no retry storm, and no server is taken for dead.
        var error = await Assert.ThrowsAsync<CallFailedException>(async () => await db.OpenNpgsqlConnectionAsync(ReadPreference.Primary, ct));
        Assert.Contains("exhausted", error.Message, StringComparison.Ordinal);
        Assert.Equal(EndpointStatus.Available, db.Of(cluster.Primary).Status);
    }
}
