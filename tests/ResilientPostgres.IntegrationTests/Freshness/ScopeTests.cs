using Dapper;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Freshness;

/// <summary>A scope's own writes, and no way back.</summary>
public sealed class ScopeTests : IAsyncLifetime
{
    const string Count = "SELECT count(*) FROM kept";

    PostgresCluster _cluster = null!;
    ResilientDataSource _db = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 2);
        _db = await Resilient.Over(_cluster).ReadyAsync();
        await ElsewhereAsync(_cluster, "CREATE TABLE kept (value int)");
        await Task.WhenAll(_cluster.Standbys.Select(s => _cluster.WaitForReplayAsync(s)));
    }

    public async ValueTask DisposeAsync()
    {
        await _db.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task What_others_write_is_not_waited_for_in_a_scope()
    {
        foreach (var standby in _cluster.Standbys)
        {
            await _cluster.PauseReplayAsync(standby, Token);
        }

        await _db.WriteAsync("INSERT INTO kept VALUES (1)");
        Assert.Equal(1L, await CountAsync());
        using (ConsistencyScope.Begin())
        {
            Assert.Equal(0L, await CountAsync());
            await _db.WriteAsync("INSERT INTO kept VALUES (2)");
            Assert.Equal(2L, await CountAsync());
            await using var connection = _db.CreateConnection();
            Assert.Equal(2L, await connection.ExecuteScalarAsync<long>(Count));
        }
    }

    [Fact]
    public async Task What_was_written_in_an_inner_scope_counts_in_the_outer_one()
    {
        foreach (var standby in _cluster.Standbys)
        {
            await _cluster.PauseReplayAsync(standby, Token);
        }

        using var outer = ConsistencyScope.Begin();
        using (ConsistencyScope.Begin())
        {
            await _db.WriteAsync("INSERT INTO kept VALUES (1)");
        }

        Assert.Equal(1L, await CountAsync());
    }

    [Fact]
    public async Task Reads_of_a_scope_never_go_back_though_a_standby_is_behind()
    {
        await _cluster.PauseReplayAsync(_cluster.Standbys[0], Token);
        for (var round = 0; round < 30; round++)
        {
            await ElsewhereAsync(_cluster, "INSERT INTO kept VALUES (1)");
            using var scope = ConsistencyScope.Begin();
            var last = 0L;
            for (var i = 0; i < 6; i++)
            {
                var now = (i % 3) switch
                {
                    0 => await CountAsync(),
                    1 => await _db.ReadAsync<long>(Count),
                    _ => (long)_db.CreateCommand(Count).ExecuteScalar()!,
                };
                Assert.True(now >= last, $"round {round}: {now} after {last}");
                last = now;
            }
        }
    }

    [Fact]
    public async Task Reads_of_a_scope_go_on_elsewhere_when_their_server_is_gone_and_not_back()
    {
        await _cluster.PauseReplayAsync(_cluster.Standbys[0], Token);
        await ElsewhereAsync(_cluster, "INSERT INTO kept VALUES (1)");
        await _cluster.WaitForReplayAsync(_cluster.Standbys[1], Token);
        for (var i = 0; ; i++)
        {
            Assert.True(i < 1000, "the standby that keeps up was never chosen");
            using var scope = ConsistencyScope.Begin();
            if (await PortAsync() == _cluster.Standbys[1].Port)
            {
                Assert.Equal(1L, await CountAsync());
                await _cluster.StopAsync(_cluster.Standbys[1], StopMode.Immediate, Token);
                Assert.Equal(1L, await CountAsync());
                return;
            }
        }
    }

    [Theory]
    [InlineData("at once")]
    [InlineData("transaction")]
    [InlineData("transaction that fails")]
    [InlineData("connection")]
    [InlineData("delegate that fails")]
    [InlineData("inner scope")]
    public async Task However_a_scope_has_read_it_does_not_go_back(string how)
    {
        await _cluster.PauseReplayAsync(_cluster.Standbys[0], Token);
        for (var round = 0; round < 15; round++)
        {
            await ElsewhereAsync(_cluster, "INSERT INTO kept VALUES (1)");
            using var scope = ConsistencyScope.Begin();
            var seen = await SeeAsync(how);
            var then = await CountAsync();
            Assert.True(then >= seen, $"round {round}: {then} after {seen}");
        }
    }

    async Task<long> SeeAsync(string how)
    {
        var seen = 0L;
        switch (how)
        {
            case "at once":
                return (await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => CountAsync()))).Max();
            case "transaction":
                return (await _db.TransactAsync((tx, _) => CountAsync(tx), cancellationToken: Token)).Value;
            case "transaction that fails":
                await Assert.ThrowsAsync<InvalidDataException>(() => _db.TransactAsync(
                    async (tx, _) =>
                    {
                        seen = await CountAsync(tx);
                        throw new InvalidDataException();
                    },
                    cancellationToken: Token));
                return seen;
            case "connection":
                await using (var connection = await _db.OpenConnectionAsync(Token))
                {
                    await using var transaction = await connection.BeginTransactionAsync(Token);
                    return await connection.ExecuteScalarAsync<long>(Count, transaction: transaction);
                }

            case "delegate that fails":
                await Assert.ThrowsAsync<InvalidDataException>(() => _db.ReadAsync(
                    async (c, _) =>
                    {
                        seen = await c.ExecuteScalarAsync<long>(Count);
                        throw new InvalidDataException();
                    },
                    cancellationToken: Token));
                return seen;
            default:
                using (ConsistencyScope.Begin())
                {
                    return await CountAsync();
                }
        }
    }

    [Fact]
    public async Task A_token_of_an_inner_scope_covers_what_the_outer_one_has_written()
    {
        using var outer = ConsistencyScope.Begin();
        await _db.WriteAsync("INSERT INTO kept VALUES (1)");
        using var inner = ConsistencyScope.Begin();

        Assert.NotNull(await _db.GetConsistencyTokenAsync(Token));
    }

    static async Task<long> CountAsync(ResilientTransaction tx)
    {
        await using var command = tx.CreateCommand(Count);
        return (long)(await command.ExecuteScalarAsync(Token))!;
    }

    async Task<long> CountAsync()
    {
        await using var command = _db.CreateCommand(Count);
        return (long)(await command.ExecuteScalarAsync(Token))!;
    }

    async Task<int> PortAsync()
    {
        await using var command = _db.CreateCommand("SELECT current_setting('port')::int");
        return (int)(await command.ExecuteScalarAsync(Token))!;
    }

    /// <summary>As another program would.</summary>
    static Task ElsewhereAsync(PostgresCluster cluster, string sql) => Sql.ScalarAsync<object>(
        new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Host = cluster.Primary.Host, Port = cluster.Primary.Port }.ConnectionString, sql);
}
