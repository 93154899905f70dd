using System.Diagnostics;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.Faults;

/// <summary>Rows that are being read when their server freezes and another takes over.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Reading_stops_with_an_error_and_not_after_half_a_minute()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await using var command = db.CreateCommand("SELECT x, repeat('x', 1000) FROM generate_series(1, 1000000) x");
        command.ReadPreference = ReadPreference.Primary;
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));

        await cluster.FreezeAsync(cluster.Primary);
        var since = Stopwatch.StartNew();
        var reading = Assert.ThrowsAnyAsync<NpgsqlException>(async () =>
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                // To the end of what had come already.
            }
        });
        await cluster.PromoteAsync(cluster.Standbys[0]);
        await reading;

        Assert.True(since.Elapsed < TimeSpan.FromSeconds(10), $"{since.ElapsedMilliseconds} ms");
        await reader.DisposeAsync();
        await db.WriteAsync("SELECT 1");
    }
}
