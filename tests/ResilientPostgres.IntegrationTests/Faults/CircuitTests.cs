using Dapper;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.Faults;

/// <summary>A standby that answers its probes and fails its calls.</summary>
public sealed class CircuitTests
{
    [Fact]
    public async Task Reads_keep_away_from_it_and_come_back()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 2);
        var log = new RecordedLog();
        await using var db = await Resilient.Over(cluster, log, static b => (b.Options.CircuitBreaker.MinimumThroughput, b.Options.Retry.BudgetRatio) = (5, 10)).ReadyAsync();
        await db.WriteAsync("CREATE FUNCTION short_of_memory() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'out of memory' USING ERRCODE = '53200'; END $$");
        await cluster.WaitForReplayAsync(cluster.Standbys[0], TestContext.Current.CancellationToken);
        await cluster.WaitForReplayAsync(cluster.Standbys[1], TestContext.Current.CancellationToken);
        var bad = cluster.Standbys[0].Port;
        var isBad = true;

        async Task ReadAsync() => await db.ReadAsync(
            async (c, ct) => await Resilient.ScalarAsync<int>(c, isBad && c.Port == bad ? "SELECT short_of_memory()" : "SELECT 1", ct),
            ReadPreference.PreferStandby,
            TestContext.Current.CancellationToken);

        while (log.Count(2004) == 0)
        {
            await ReadAsync();
        }

        Assert.Contains(db.Explain(ReadPreference.PreferStandby).Rejections, r => r.Reason == RejectionReason.CircuitOpen && r.Endpoint.Endpoint.Port == bad);
        Assert.Equal(EndpointStatus.Available, db.Of(cluster.Standbys[0]).Status);

        isBad = false;
        await Eventually.TrueAsync(() =>
        {
            ReadAsync().GetAwaiter().GetResult();
            return log.Count(2005) > 0;
        });
        Assert.DoesNotContain(db.Explain(ReadPreference.PreferStandby).Rejections, static r => r.Reason == RejectionReason.CircuitOpen);
    }

    [Fact]
    public async Task A_read_is_never_left_without_any()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var log = new RecordedLog();
        await using var db = await Resilient.Over(cluster, log, static b => (b.Options.CircuitBreaker.MinimumThroughput, b.Options.Retry.MaxRetries) = (5, 0)).ReadyAsync();
        while (log.Count(2004) == 0)
        {
            await Assert.ThrowsAsync<PostgresException>(() => db.ReadAsync<int>("SELECT pg_terminate_backend(pg_backend_pid())::int", ReadPreference.Standby));
        }

        Assert.Equal(1, await db.ReadAsync<int>("SELECT 1", ReadPreference.Standby));
    }

    [Fact]
    public async Task Statements_of_connections_close_it_too()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        var log = new RecordedLog();
        await using var db = await Resilient.Over(cluster, log, static b => b.Options.CircuitBreaker.MinimumThroughput = 5).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        while (log.Count(2004) == 0)
        {
            await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => connection.ExecuteAsync("SELECT pg_terminate_backend(pg_backend_pid())"));
        }

        await using var again = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await again.ExecuteAsync("INSERT INTO t VALUES (1)");

        Assert.Equal(1, log.Count(2005));
    }
}
