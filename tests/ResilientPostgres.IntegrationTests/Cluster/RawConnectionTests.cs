using Npgsql;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.Cluster;

/// <summary>Connections of Npgsql's own, taken from the data source.</summary>
public sealed class RawConnectionTests
{
    const int Calls = 1000;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Taking_an_idle_one_allocates_what_it_does_from_Npgsql()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var plain = NpgsqlDataSource.Create(cluster.Primary.ConnectionString);
        await using var db = await Resilient.Over(cluster, configure: static b => b.Options.Monitoring.ProbeInterval = TimeSpan.FromSeconds(30)).ReadyAsync();
        await TakeAsync(db, ReadPreference.Primary); // A write, perhaps: from now on reads have something to see.
        await db.ReadAsync<int>("SELECT 1", ReadPreference.Standby);

        var least = await BytesAsync(() => plain.OpenConnectionAsync(Cancelled));

        Assert.Equal(least, await BytesAsync(() => db.OpenNpgsqlConnectionAsync(ReadPreference.Standby, Cancelled)));
        Assert.Equal(least, await BytesAsync(() => db.OpenNpgsqlConnectionAsync(ReadPreference.Primary, Cancelled)));
    }

    /// <summary>Of one call; the best of several rounds, for the compiler allocates too, and one that had to connect goes on on another thread.</summary>
    static async Task<long> BytesAsync(Func<ValueTask<NpgsqlConnection>> open)
    {
        var least = long.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var thread = Environment.CurrentManagedThreadId;
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Calls; i++)
            {
                await using var connection = await open();
            }

            least = Environment.CurrentManagedThreadId == thread ? Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / Calls) : least;
        }

        return least;
    }

    static async Task TakeAsync(ResilientDataSource db, ReadPreference preference)
    {
        await using var connection = await db.OpenNpgsqlConnectionAsync(preference, Cancelled);
    }
}
