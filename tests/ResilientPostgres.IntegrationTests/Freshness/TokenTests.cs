using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Freshness;

/// <summary>Tokens between data sources, as between processes.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    const string Where = "SELECT current_setting('port')::int";

    PostgresCluster _cluster = null!;
    ResilientDataSource _here = null!;
    ResilientDataSource _there = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 2);
        _here = await Resilient.Over(_cluster).ReadyAsync();
        _there = await Resilient.Over(_cluster).ReadyAsync();
        await _here.WriteAsync("CREATE TABLE kept (value int)");
        await Task.WhenAll(_cluster.Standbys.Select(s => _cluster.WaitForReplayAsync(s)));
    }

    public async ValueTask DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_read_under_a_token_sees_the_write_and_one_without_may_not()
    {
        var paused = _cluster.Standbys[0];
        await _cluster.PauseReplayAsync(paused, Token);
        var token = await InsertAsync(_here);
        await _cluster.WaitForReplayAsync(_cluster.Standbys[1], Token);

        Assert.Equal(_cluster.Standbys[1].Port, await ReadAsync<int>(_there, Where, token));
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(1L, await ReadAsync<long>(_there, "SELECT count(*) FROM kept", token));
        }

        var counts = new List<long>();
        for (var i = 0; i < 50; i++)
        {
            counts.Add(await ReadAsync<long>(_there, "SELECT count(*) FROM kept", null));
        }

        Assert.Contains(0L, counts); // The control: the paused one serves those who do not ask.
    }

    [Fact]
    public async Task A_scope_gives_a_token_for_what_it_has_written_and_read()
    {
        using var scope = ConsistencyScope.Begin();
        Assert.Null(await _here.GetConsistencyTokenAsync(Token));
        await _here.WriteAsync("INSERT INTO kept VALUES (1)");
        var token = (await _here.GetConsistencyTokenAsync(Token))!.Value;

        Assert.Equal(_here.Topology.Current.SystemIdentifier, token.SystemIdentifier);
        Assert.Equal(1L, await ReadAsync<long>(_there, "SELECT count(*) FROM kept", token));
    }

    [Fact]
    public async Task After_a_failover_a_token_of_the_old_timeline_is_answered_by_the_new_one()
    {
        var token = await InsertAsync(_here);
        await Task.WhenAll(_cluster.Standbys.Select(s => _cluster.WaitForReplayAsync(s)));
        await _cluster.StopAsync(_cluster.Primary, StopMode.Immediate, Token);
        await _cluster.PromoteAsync(_cluster.Standbys[0], cancellationToken: Token);
        await Eventually.TrueAsync(() => _there.Topology.Current.Timeline == 2 && _there.Topology.Current.Primary is not null);

        Assert.Equal(1L, await ReadAsync<long>(_there, "SELECT count(*) FROM kept", token));
        Assert.Equal(1L, await _there.ReadAsync((c, ct) => Resilient.ScalarAsync<long>(c, "SELECT count(*) FROM kept", ct), new ReadOptions { ConsistencyToken = token }, Token));

        // The standby shows its new timeline to an ordinary role once it has kept a checkpoint of it.
        await Sql.ExecuteAsync(_cluster.Primary, "CHECKPOINT");
        await Eventually.TrueAsync(() => _cluster.Standbys.Count > 0);
        var standby = _cluster.Standbys[0];
        await _cluster.WaitForReplayAsync(standby, Token);
        await Sql.ExecuteAsync(standby, "CHECKPOINT");
        var later = await InsertAsync(_here);
        Assert.Equal(2u, later.Timeline);
        await Eventually.TrueAsync(() => ReadAsync<int>(_there, Where, later).GetAwaiter().GetResult() == standby.Port);
        Assert.Equal(2L, await ReadAsync<long>(_there, "SELECT count(*) FROM kept", later));
    }

    [Fact]
    public async Task A_token_of_a_timeline_that_is_not_known_yet_waits_for_it()
    {
        var now = await InsertAsync(_here);
        var next = now with { Timeline = 2 };
        var reading = ReadAsync<long>(_there, "SELECT count(*) FROM kept", next);
        await Task.WhenAny(reading, Task.Delay(300, Token));
        Assert.False(reading.IsCompleted);

        await _cluster.StopAsync(_cluster.Primary, StopMode.Fast, Token);
        await _cluster.PromoteAsync(_cluster.Standbys[0], cancellationToken: Token);
        Assert.Equal(1L, await reading);
    }

    [Fact]
    public async Task A_token_of_another_cluster_or_beyond_everything_is_the_primarys()
    {
        var token = await InsertAsync(_here);

        Assert.Equal(_cluster.Primary.Port, await ReadAsync<int>(_there, Where, token with { SystemIdentifier = 1 }));
        Assert.Equal(_cluster.Primary.Port, await ReadAsync<int>(_there, Where, token with { Lsn = new(ulong.MaxValue / 2) }));
    }

    static async Task<ConsistencyToken> InsertAsync(ResilientDataSource db)
    {
        var result = await db.TransactAsync(
            async (tx, ct) =>
            {
                await using var command = tx.CreateCommand("INSERT INTO kept VALUES (1)");
                return await command.ExecuteNonQueryAsync(ct);
            },
            cancellationToken: Token);
        return result.Commit.Token!.Value;
    }

    static async Task<T> ReadAsync<T>(ResilientDataSource db, string sql, ConsistencyToken? token)
    {
        await using var command = db.CreateCommand(sql);
        command.ConsistencyToken = token;
        return (T)(await command.ExecuteScalarAsync(Token))!;
    }
}
