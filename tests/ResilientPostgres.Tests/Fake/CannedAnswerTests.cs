using System.Data;
using System.Text.RegularExpressions;
using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Tests.Fake;

/// <summary>What a test says a statement answers.</summary>
public sealed class CannedAnswerTests : IAsyncLifetime
{
    FakePostgresCluster _pg = null!;
    NpgsqlDataSource _source = null!;

    public async ValueTask InitializeAsync()
    {
        _pg = await FakePostgresCluster.StartAsync(standbys: 0);
        _source = NpgsqlDataSource.Create(_pg.ConnectionString + ";Maximum Pool Size=3");
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _pg.DisposeAsync();
    }

    [Fact]
    public async Task Answers_AreGivenInOrder_TheLastForEver()
    {
        _pg.On("SELECT 1 FROM t").Throws("40001", "later").Returns(1).Returns(2);

        Assert.Equal("40001", (await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync("SELECT 1 FROM t"))).SqlState);
        Assert.Equal([1, 2, 2], [await ScalarAsync("SELECT 1 FROM t"), await ScalarAsync("SELECT 1 FROM t"), await ScalarAsync("SELECT 1 FROM t")]);
    }

    [Fact]
    public async Task LatestRuleThatFits_Wins()
    {
        _pg.On(new Regex("FROM posts")).Returns("any");
        _pg.On("SELECT title FROM posts WHERE id = @id").With(7).Returns("seven");

        Assert.Equal("seven", await ScalarAsync("SELECT title FROM posts WHERE id = $1", 7L));
        Assert.Equal("any", await ScalarAsync("SELECT title FROM posts WHERE id = $1", 8));
    }

    [Fact]
    public async Task Rows_CanBeMadeForEachRequest()
    {
        _pg.On(static r => r.Text.Contains("double", StringComparison.Ordinal)).Returns(static r => new[] { r.Parameter<long>(1) * 2 });

        Assert.Equal(14L, await ScalarAsync("SELECT double($1)", 7));
    }

    [Fact]
    public async Task Tuples_TakeNamesForTheirColumns()
    {
        _pg.On("SELECT * FROM t").Columns("id", "name").Returns((1, "a"), (2, null));
        await using var command = _source.CreateCommand("SELECT * FROM t");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        await reader.ReadAsync();

        Assert.Equal((2, true), ((int)reader["id"], reader.IsDBNull("name")));
    }

    [Fact]
    public async Task Tuples_MayHaveMoreThanSevenItems()
    {
        _pg.On("SELECT * FROM t").Returns((1, 2, 3, 4, 5, 6, 7, 8, "nine"));
        await using var command = _source.CreateCommand("SELECT * FROM t");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();

        Assert.Equal((9, 8, "nine", "item9"), (reader.FieldCount, reader.GetInt32(7), reader.GetString(8), reader.GetName(8)));
    }

    [Fact]
    public async Task LoneNull_IsARow()
    {
        _pg.On("SELECT title FROM t").Returns(null);

        Assert.Equal(DBNull.Value, await ScalarAsync("SELECT title FROM t"));
    }

    [Fact]
    public void NegativeCountsAndDelays_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _pg.On("DELETE FROM t").Affects(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _pg.On("DELETE FROM t").After(TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    public async Task DataTable_IsAnAnswer()
    {
        using var table = new DataTable();
        table.Columns.Add("id", typeof(int));
        table.Columns.Add("at", typeof(DateTime));
        table.Rows.Add(1, DBNull.Value);
        _pg.On("SELECT * FROM t").ReturnsTable(table.CreateDataReader());

        Assert.Equal(1, await ScalarAsync("SELECT * FROM t"));
    }

    [Fact]
    public async Task PreparedStatements_AreDescribedBeforeThereAreValues()
    {
        _pg.On("SELECT title FROM posts WHERE id = $1").Where(static r => r.Parameter<int>(1) > 0).Returns(static r => new[] { $"post {r.Parameters[0]}" });
        await using var connection = await _source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SELECT title FROM posts WHERE id = $1", connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = 7 } } };
        await command.PrepareAsync();

        Assert.Equal("post 7", await command.ExecuteScalarAsync());
        ((NpgsqlParameter<int>)command.Parameters[0]).TypedValue = 8;
        Assert.Equal("post 8", await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task ChangedColumns_OfAPreparedStatement_AreAnError()
    {
        _pg.On("SELECT x FROM t").Returns(1).Returns("now text");
        await using var connection = await _source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SELECT x FROM t", connection);
        await command.PrepareAsync();

        Assert.Equal(1, await command.ExecuteScalarAsync());
        Assert.Equal("0A000", (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteScalarAsync())).SqlState);
    }

    [Fact]
    public async Task Notices_AndRowCounts()
    {
        _pg.On("DELETE FROM t").Notice("gone").Affects(3);
        await using var connection = await _source.OpenConnectionAsync();
        var notices = new List<string>();
        connection.Notice += (_, e) => notices.Add(e.Notice.MessageText);
        await using var command = new NpgsqlCommand("DELETE FROM t", connection);

        Assert.Equal(3, await command.ExecuteNonQueryAsync());
        Assert.Equal(["gone"], notices);
    }

    [Fact]
    public async Task Delay_CanBeCancelled()
    {
        _pg.On("SELECT slow()").After(TimeSpan.FromMinutes(10)).Returns(1);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await using var command = _source.CreateCommand("SELECT slow()");

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.ExecuteScalarAsync(cancel.Token));

        Assert.Equal("57014", Assert.IsType<PostgresException>(cancelled.InnerException).SqlState);
    }

    [Fact]
    public async Task LostConnection_InsteadOfAnAnswer()
    {
        _pg.On("UPDATE t SET a = 1").LosesConnection().Affects(1);

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ScalarAsync("UPDATE t SET a = 1"));
        await ScalarAsync("UPDATE t SET a = 1");

        Assert.Equal([false, true], _pg.Statements.Select(static s => s.IsCommitted));
    }

    [Fact]
    public async Task Batch_IsOneTransaction()
    {
        _pg.On("INSERT INTO t VALUES ($1)").Affects(1);
        _pg.On("INSERT INTO u VALUES (1)").Throws("23505");
        await using var batch = _source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO t VALUES ($1)") { Parameters = { new NpgsqlParameter<int> { TypedValue = 1 } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO u VALUES (1)"));

        await Assert.ThrowsAsync<PostgresException>(() => batch.ExecuteNonQueryAsync());

        Assert.Equal([true, false], _pg.Statements.Select(static s => s.IsDone));
        Assert.DoesNotContain(_pg.Statements, static s => s.IsCommitted);
    }

    [Fact]
    public async Task Barriers_MakeEachItsOwnTransaction()
    {
        _pg.On("INSERT INTO t VALUES (1)").Affects(1);
        _pg.On("INSERT INTO u VALUES (1)").Throws("23505");
        await using var batch = _source.CreateBatch();
        batch.EnableErrorBarriers = true;
        batch.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO u VALUES (1)"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO t VALUES (1)"));

        await Assert.ThrowsAsync<PostgresException>(() => batch.ExecuteNonQueryAsync());

        Assert.True(_pg.Statements.Single(static s => s.Text.Contains(" t ", StringComparison.Ordinal)).IsCommitted);
    }

    [Fact]
    public async Task Copy_IsRefusedClearly()
    {
        await using var connection = await _source.OpenConnectionAsync();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.BeginBinaryImportAsync("COPY t FROM STDIN (FORMAT BINARY)"));

        Assert.Equal("0A000", refused.SqlState);
        Assert.Contains("COPY", refused.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_CanFail()
    {
        _pg.On("COMMIT").Throws("40001", "could not serialize");
        _pg.On("INSERT INTO t VALUES (1)").Affects(1);
        await using var connection = await _source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("INSERT INTO t VALUES (1)", connection, transaction);
        await command.ExecuteNonQueryAsync();

        Assert.Equal("40001", (await Assert.ThrowsAsync<PostgresException>(() => transaction.CommitAsync())).SqlState);
        await transaction.RollbackAsync();
        Assert.False(Assert.Single(_pg.Statements).IsCommitted);
    }

    [Fact]
    public void NoSqlState_IsRefused() => Assert.Throws<ArgumentException>(() => _pg.On("SELECT 1 FROM t").Throws("oops"));

    async Task<object?> ScalarAsync(string sql, params object[] parameters)
    {
        await using var command = _source.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        return await command.ExecuteScalarAsync();
    }
}
