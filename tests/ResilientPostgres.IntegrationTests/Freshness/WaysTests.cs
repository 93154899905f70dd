using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Freshness;

/// <summary>Every way to read sees what every way has written, though no standby has it.</summary>
public sealed class WaysTests : IAsyncLifetime
{
    PostgresCluster _cluster = null!;
    ResilientDataSource _db = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 2);
        _db = await Resilient.Over(_cluster).ReadyAsync();
        await _db.WriteAsync("CREATE TABLE kept (key int PRIMARY KEY, value int NOT NULL); INSERT INTO kept SELECT generate_series(1, 100), 0");
    }

    public async ValueTask DisposeAsync()
    {
        await _db.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Whatever_was_written_is_seen_while_replay_is_paused()
    {
        await Task.WhenAll(_cluster.Standbys.Select(s => _cluster.WaitForReplayAsync(s)));
        foreach (var standby in _cluster.Standbys)
        {
            await _cluster.PauseReplayAsync(standby);
        }

        await SeeEverythingAsync();
    }

    [Fact]
    public async Task Whatever_was_written_is_seen_from_standbys_that_keep_up()
    {
        await Task.WhenAll(_cluster.Standbys.Select(s => _cluster.WaitForReplayAsync(s)));
        await SeeEverythingAsync();
        var onStandbys = 0;
        for (var i = 0; i < 200; i++)
        {
            await Ways.ToWrite["command"](_db, 1, i);
            await using var where = _db.CreateCommand("SELECT current_setting('port')::int");
            onStandbys += (int)(await where.ExecuteScalarAsync(TestContext.Current.CancellationToken))! == _cluster.Primary.Port ? 0 : 1;
        }

        Assert.True(onStandbys > 100, $"{onStandbys} of 200 reads right after a write ran on standbys");
    }

    async Task SeeEverythingAsync()
    {
        var value = 0;
        foreach (var (writing, write) in Ways.ToWrite)
        {
            foreach (var (reading, read) in Ways.ToRead)
            {
                value++;
                await write(_db, 7, value);
                var seen = await read(_db, 7);
                Assert.True(seen == value, $"written by {writing}: {value}; read by {reading}: {seen}");
            }
        }
    }
}
