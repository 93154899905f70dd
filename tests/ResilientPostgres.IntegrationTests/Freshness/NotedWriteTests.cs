using System.Transactions;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Freshness;

/// <summary>A write that carries BEGIN, COMMIT and a question is to its caller what it was.</summary>
public sealed class NotedWriteTests : IAsyncLifetime
{
    PostgresCluster _cluster = null!;
    ResilientDataSource _db = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        _db = await Resilient.Over(_cluster).ReadyAsync();
        await _db.WriteAsync("CREATE TABLE kept (id int PRIMARY KEY, name text); CREATE TABLE part (of int REFERENCES kept DEFERRABLE INITIALLY DEFERRED); INSERT INTO kept VALUES (1, 'a'), (2, null)");
        await _db.GetConsistencyTokenAsync(Token); // From now on writes tell their positions.
        Assert.True(_db.Topology.Current.Primary!.Gauge.TellsPosition);
    }

    public async ValueTask DisposeAsync()
    {
        await _db.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Counts_and_values_are_the_writes_own()
    {
        Assert.Equal(2, await NonQueryAsync("UPDATE kept SET name = name"));
        Assert.Equal(0, await NonQueryAsync("DELETE FROM kept WHERE id = 9"));
        Assert.Equal(2, await NonQueryAsync("UPDATE kept SET name = name RETURNING id"));
        Assert.Equal("a", await ScalarAsync("UPDATE kept SET name = name WHERE id = 1 RETURNING name"));
        Assert.Equal(DBNull.Value, await ScalarAsync("UPDATE kept SET name = name WHERE id = 2 RETURNING name"));
        Assert.Null(await ScalarAsync("UPDATE kept SET name = name WHERE id = 9 RETURNING name"));
        Assert.Null(await ScalarAsync("UPDATE kept SET name = name"));
        Assert.Equal(1, await ScalarAsync("UPDATE kept SET name = name WHERE id = 1 RETURNING id AS resilient_postgres"));
    }

    [Fact]
    public async Task A_value_that_nobody_asked_for_is_not_read() =>
        Assert.Equal(1, await NonQueryAsync("UPDATE kept SET name = name WHERE id = 1 RETURNING '1 month'::interval, ARRAY[1, NULL]"));

    [Fact]
    public async Task In_a_transaction_scope_it_is_committed_with_that_or_not_at_all()
    {
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await NonQueryAsync("INSERT INTO kept VALUES (7)");
            Create("INSERT INTO kept VALUES (8)").ExecuteNonQuery();
        }

        Assert.Equal(2L, await _db.ReadAsync<long>("SELECT count(*) FROM kept", ReadPreference.Primary));
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await NonQueryAsync("INSERT INTO kept VALUES (7)");
            scope.Complete();
        }

        Assert.Equal(3L, await _db.ReadAsync<long>("SELECT count(*) FROM kept", ReadPreference.Primary));
    }

    [Fact]
    public async Task A_write_stays_one_whatever_is_said_of_it()
    {
        await using var command = Create("INSERT INTO kept VALUES (7)");
        command.ReadPreference = ReadPreference.PreferStandby;
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Token));
        Assert.Equal(3L, await Create("SELECT count(*) FROM kept").ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task What_no_transaction_can_hold_runs_as_ever()
    {
        Assert.Equal(-1, await NonQueryAsync("VACUUM kept"));
        Assert.Equal(-1, await NonQueryAsync("CREATE INDEX CONCURRENTLY kept_name ON kept (name)"));
        Assert.Equal(-1, await NonQueryAsync("REINDEX INDEX CONCURRENTLY kept_name"));
        Assert.Equal(-1, await NonQueryAsync("CREATE TABLE other (id int)"));
        Assert.Equal(-1, await NonQueryAsync("TRUNCATE other"));
    }

    [Theory]
    [InlineData("INSERT INTO kept VALUES (1, 'b')", "23505")]
    [InlineData("INSERT INTO part VALUES (9)", "23503")]
    [InlineData("INSERT INTO part VALUES (9) RETURNING of", "23503")]
    [InlineData("UPDATE kept SET name = nothing", "42703")]
    public async Task Its_errors_are_its_own_and_its_session_is_clean(string sql, string sqlState)
    {
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal(sqlState, (await Assert.ThrowsAsync<PostgresException>(() => NonQueryAsync(sql))).SqlState);
            Assert.Equal(sqlState, (await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(sql))).SqlState);
            Assert.Equal(sqlState, Assert.Throws<PostgresException>(() => Create(sql).ExecuteNonQuery()).SqlState);
            Assert.Equal(2, await NonQueryAsync("UPDATE kept SET name = name"));
        }

        Assert.Equal(0L, await _db.ReadAsync<long>("SELECT count(*) FROM part", ReadPreference.Primary));
    }

    [Fact]
    public async Task One_that_takes_too_long_is_undone()
    {
        await using var command = Create("UPDATE kept SET name = 'late' FROM pg_sleep(30) WHERE id = 1");
        command.CommandTimeout = 1;
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => command.ExecuteNonQueryAsync(Token));
        Assert.Equal("a", await _db.ReadAsync<string>("SELECT name FROM kept WHERE id = 1", ReadPreference.Primary));
        Assert.Equal(2, await NonQueryAsync("UPDATE kept SET name = name"));
    }

    [Fact]
    public async Task Its_position_is_behind_its_commit()
    {
        var told = 0;
        var before = 0ul;
        for (var i = 0; i < 100; i++)
        {
            await NonQueryAsync("UPDATE kept SET name = name WHERE id = 1");
            var position = _db.Cluster.Freshness.Process.Log!.Position;
            var flushed = await Sql.ScalarAsync<NpgsqlTypes.NpgsqlLogSequenceNumber>(_cluster.Primary, "SELECT pg_current_wal_flush_lsn()");
            Assert.True(position <= (ulong)flushed, $"{position:x}, flushed {(ulong)flushed:x}");
            told += position > before && position > (ulong)flushed - 8192 ? 1 : 0;
            before = position;
        }

        Assert.True(told > 80, $"{told} of 100"); // At the end of a page there is none that could be reached.
    }

    Task<int> NonQueryAsync(string sql) => Create(sql).ExecuteNonQueryAsync(Token);

    Task<object?> ScalarAsync(string sql) => Create(sql).ExecuteScalarAsync(Token);

    ResilientCommand Create(string sql) => _db.CreateCommand(sql);
}
