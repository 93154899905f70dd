using System.Diagnostics;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Faults;

/// <summary>A second attempt beside a slow one.</summary>
public sealed class HedgingTests
{
    [Theory]
    [InlineData(1.0, true)]
    [InlineData(0.0, false)]
    public async Task A_slow_read_is_overtaken_as_far_as_allowed(double share, bool isOvertaken)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster, configure: b =>
        {
            b.Options.Hedging.Enabled = true;
            b.Options.Hedging.Delay = TimeSpan.FromMilliseconds(30);
            b.Options.Hedging.MaxShare = share;
        }).ReadyAsync();
        var slow = cluster.Standbys[0].Port;

        // The share is one of the reads of the last ten seconds: with a single one, a window's end would round it to none.
        for (var i = 0; i < 20; i++)
        {
            await db.ReadAsync<int>("SELECT 1", ReadPreference.PreferStandby);
        }

        var runs = 0;

        var since = Stopwatch.StartNew();
        var port = await db.ReadAsync(
            (c, ct) =>
            {
                Interlocked.Increment(ref runs);
                return Resilient.ScalarAsync<int>(c, $"SELECT inet_server_port() FROM pg_sleep({(c.Port == slow ? 3 : 0)})", ct);
            },
            ReadPreference.PreferStandby,
            TestContext.Current.CancellationToken);

        Assert.Equal(isOvertaken ? cluster.Primary.Port : slow, port);
        Assert.Equal(isOvertaken ? 2 : 1, runs);
        Assert.Equal(isOvertaken, since.Elapsed < TimeSpan.FromSeconds(2.5));

        // The loser stops on its server too.
        await Eventually.TrueAsync(() =>
            Sql.ScalarAsync<long>(cluster.Standbys[0].ConnectionString, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)%' AND state = 'active' AND pid <> pg_backend_pid()").GetAwaiter().GetResult() == 0);
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(2.5) || !isOvertaken, $"{since.ElapsedMilliseconds} ms");
    }
}
