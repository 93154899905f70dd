using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Freshness;

/// <summary>The question that goes with a read can't be answered by anybody else, nor too early.</summary>
public sealed class GuardTests : IAsyncLifetime
{
    PostgresCluster _cluster = null!;
    ResilientDataSource _db = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        _db = await Resilient.Over(_cluster).ReadyAsync();
        await _db.WriteAsync("CREATE TABLE kept (id int PRIMARY KEY); CREATE TABLE counted (n int); INSERT INTO counted VALUES (0)");
        await _cluster.WaitForReplayAsync(_cluster.Standbys[0]);
    }

    public async ValueTask DisposeAsync()
    {
        await _db.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_text_of_the_users_is_no_answer()
    {
        for (var i = 0; i < 20; i++)
        {
            await NonQueryAsync("UPDATE counted SET n = n + 1");
            await using var read = _db.CreateCommand("SELECT n FROM counted WHERE n > ($1::uuid)::text::int");
            read.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "resilient_postgres:ffffffff/ffffffff;" });
            Assert.Equal("22P02", (await Assert.ThrowsAsync<PostgresException>(() => read.ExecuteScalarAsync(Token))).SqlState);
        }

        await _cluster.PauseReplayAsync(_cluster.Standbys[0], Token);
        await NonQueryAsync("INSERT INTO kept VALUES (1)");
        Assert.Equal(1L, await _db.CreateCommand("SELECT count(*) FROM kept").ExecuteScalarAsync(Token));
        await _cluster.ResumeReplayAsync(_cluster.Standbys[0], Token);
    }

    [Fact]
    public async Task Where_a_transaction_sees_one_state_throughout_the_question_goes_first()
    {
        var repeatable = new NpgsqlConnectionStringBuilder(_cluster.ConnectionString) { Options = "-c default_transaction_isolation=repeatable\\ read" }.ConnectionString;
        await using var db = await Resilient.Over(repeatable).ReadyAsync();
        Assert.Equal("repeatable read", await db.ReadAsync<string>("SHOW transaction_isolation"));
        var next = 100;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            for (var i = 0; i < 200; i++)
            {
                var id = Interlocked.Increment(ref next);
                await db.CreateCommand($"INSERT INTO kept VALUES ({id})").ExecuteNonQueryAsync(Token);
                Assert.Equal(1L, await db.CreateCommand($"SELECT count(*) FROM kept WHERE id = {id}").ExecuteScalarAsync(Token));
            }
        }));
    }

    [Fact]
    public async Task What_was_written_in_PassThrough_is_seen_after_it()
    {
        await _cluster.PauseReplayAsync(_cluster.Standbys[0], Token);
        _db.Reconfigure(new ResilientPostgresOptions { ConnectionString = _cluster.ConnectionString, Mode = RoutingMode.PassThrough });
        await NonQueryAsync("INSERT INTO kept VALUES (1)");
        _db.Reconfigure(new ResilientPostgresOptions { ConnectionString = _cluster.ConnectionString });
        Assert.Equal(1L, await _db.CreateCommand("SELECT count(*) FROM kept").ExecuteScalarAsync(Token));
    }

    Task<int> NonQueryAsync(string sql) => _db.CreateCommand(sql).ExecuteNonQueryAsync(Token);
}
