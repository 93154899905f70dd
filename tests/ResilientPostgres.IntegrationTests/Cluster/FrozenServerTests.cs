using System.Diagnostics;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.Cluster;

public sealed class FrozenServerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_frozen_standby_costs_no_read(bool hardAbort)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var db = await Resilient.Over(cluster, configure: b => b.IsHardAbortOff = !hardAbort).ReadyAsync();
        await using var work = await Workload.StartAsync(db, readers: 16);
        await work.ReadsAsync(200);

        var frozen = cluster.Standbys[0];
        await cluster.FreezeAsync(frozen);
        await Eventually.TrueAsync(() => db.Of(frozen).Status == EndpointStatus.Unreachable, () => db.Topology.ToString());
        await work.ReadsAsync(200);
        await cluster.ThawAsync(frozen);
        await Eventually.TrueAsync(() => db.Of(frozen).Status == EndpointStatus.Available, () => db.Topology.ToString());
        var before = work.ReadsOn(frozen.Port);
        await Eventually.TrueAsync(() => work.ReadsOn(frozen.Port) > before + 20);

        await work.AssertCleanAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_frozen_primary_is_replaced_and_its_writes_go_on(bool hardAbort)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var db = await Resilient.Over(cluster, configure: b => b.IsHardAbortOff = !hardAbort).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(100);

        var frozen = cluster.Primary;
        await cluster.FreezeAsync(frozen);
        var since = Stopwatch.StartNew();
        var promoted = cluster.Standbys[0];
        await cluster.PromoteAsync(promoted);
        await work.WritesAsync(20);
        TestContext.Current.TestOutputHelper?.WriteLine($"20 writes after {since.ElapsedMilliseconds} ms");
        Assert.Equal(promoted.Port, db.Topology.Current.Primary!.Endpoint.Port);

        // The old one wakes up and still believes to be the primary.
        await cluster.ThawAsync(frozen);
        await Eventually.TrueAsync(() => db.Of(frozen).Status == EndpointStatus.Fenced, () => db.Topology.ToString());
        await work.WritesAsync(50);
        await work.StopAsync();
        Assert.Empty(work.FailedReads);
        Assert.Empty(work.FailedWrites);
    }

    [Fact]
    public async Task A_session_aborted_between_two_commands_does_not_come_back_from_the_pool()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster, configure: static b => b.Options.AttemptTimeout = TimeSpan.FromMilliseconds(300)).ReadyAsync();
        for (var i = 0; i < 5; i++)
        {
            // The attempt's time runs out while the session idles, and the work does not heed its token; its next command finds the session cut.
            await Assert.ThrowsAsync<OutcomeUnknownException>(() => db.WriteAsync(static async (c, ct) =>
            {
                await Resilient.ScalarAsync<int>(c, "SELECT 1", ct);
                await Task.Delay(900, CancellationToken.None);
                await Resilient.ScalarAsync<int>(c, "SELECT 1", CancellationToken.None);
            }));
            await db.WriteAsync("SELECT 1");
        }

        await Eventually.TrueAsync(() => db.Of(cluster.Primary).InFlight == 0);
    }

    [Fact]
    public async Task A_call_cancelled_before_its_first_statement_loses_no_session()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster.ConnectionString + ";Maximum Pool Size=3;Timeout=2").ReadyAsync();
        await db.WriteAsync("SELECT 1");
        for (var i = 0; i < 8; i++)
        {
            using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => db.WriteAsync(static (_, ct) => Task.Delay(5000, ct), cancellationToken: caller.Token));

            // Somebody else's write, on the same pool: nothing of the cancelled one may show in it.
            await db.WriteAsync("SELECT 1");
        }

        await Eventually.TrueAsync(() => db.Of(cluster.Primary).InFlight == 0);
    }

    [Fact]
    public async Task What_work_leaves_behind_on_a_freezing_server_does_not_hold_its_answer_up()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();

        var since = Stopwatch.StartNew();
        var first = await db.ReadAsync(
            async (c, ct) =>
            {
                var reader = await new Npgsql.NpgsqlCommand("SELECT generate_series(1, 3000000)", c).ExecuteReaderAsync(ct);
                await reader.ReadAsync(ct);
                await cluster.FreezeAsync(cluster.Primary, ct);
                return reader.GetInt32(0);
            },
            ReadPreference.Primary,
            TestContext.Current.CancellationToken);

        Assert.Equal(1, first);
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(5), $"answered after {since.Elapsed}");
    }

    [Fact]
    public async Task A_slow_primary_is_no_dead_one()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var log = new RecordedLog();
        await using var db = await Resilient.Over(cluster, log).ReadyAsync();

        // Longer than any probe: the statement is slow, the server is not.
        await db.WriteAsync("SELECT pg_sleep(2)");

        Assert.DoesNotContain(log.Lines, static l => l.Text.Contains("Suspected", StringComparison.Ordinal) || l.Text.Contains("Unreachable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_caller_s_cancellation_is_kept_on_a_frozen_server()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("SELECT 1");
        await cluster.FreezeAsync(cluster.Primary);

        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var since = Stopwatch.StartNew();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            db.WriteAsync((c, ct) => Resilient.ScalarAsync<int>(c, "SELECT 1", ct), cancellationToken: deadline.Token));

        TestContext.Current.TestOutputHelper?.WriteLine($"released after {since.ElapsedMilliseconds} ms: {error.Message}");
        Assert.Equal(deadline.Token, error.CancellationToken);
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(2), $"released after {since.Elapsed}");
    }
}
