using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Fakes;

/// <summary>How long, in real time, a write takes through a failover of thirty seconds on a test's clock.</summary>
static class VirtualPart
{
    const int Rounds = 5;

    public static async Task<double> RunAsync()
    {
        var times = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            times.Add(await PlayAsync());
        }

        return times.Order().ElementAt(Rounds / 2);
    }

    static async Task<double> PlayAsync()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 2, clock);
        pg.On("UPDATE posts SET likes = likes + 1 WHERE id = $1").Affects(1);
        await using var db = pg.CreateDataSource(static b => b.Options.TotalTimeout = TimeSpan.FromMinutes(1));
        _ = db.Explain();
        await pg.AdvanceAsync(clock.Advance, TimeSpan.FromSeconds(2));

        var since = Stopwatch.GetTimestamp();
        var failOver = pg.FailOverAsync(after: TimeSpan.FromSeconds(30));
        await pg.AdvanceUntilAsync(clock.Advance, LikeAsync(db));
        await failOver;
        var statement = pg.Statements.Single(static s => s.IsCommitted);
        return statement.Server == pg.Primary
            ? Stopwatch.GetElapsedTime(since).TotalMilliseconds
            : throw new InvalidOperationException($"It was written on {statement.Server}, and the primary is {pg.Primary}.");
    }

    static async Task LikeAsync(ResilientDataSource db)
    {
        await using var command = db.CreateCommand("UPDATE posts SET likes = likes + 1 WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = 7 });
        await command.ExecuteNonQueryAsync();
    }
}
