using System.Data;
using Dapper;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Statements;

/// <summary>What Dapper does with a connection, and which server it ends up on.</summary>
public sealed class DapperTests : IAsyncLifetime
{
    const string Where = "current_setting('port')::int";

    PostgresCluster _cluster = null!;
    ResilientDataSource _db = null!;

    int Standby => _cluster.Standbys[0].Port;

    int Primary => _cluster.Primary.Port;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        _db = await Resilient.Over(_cluster).ReadyAsync();
        await _db.WriteAsync(
            """
            CREATE TABLE posts (id int PRIMARY KEY, title text NOT NULL);
            CREATE TABLE comments (id int PRIMARY KEY, post_id int NOT NULL, text text NOT NULL);
            INSERT INTO posts SELECT n, 'post ' || n FROM generate_series(1, 100) AS n;
            INSERT INTO comments SELECT n, n % 10 + 1, 'comment ' || n FROM generate_series(1, 100) AS n;
            CREATE PROCEDURE double_it(n int, OUT doubled int, OUT port int) LANGUAGE plpgsql AS $$ BEGIN doubled := 2 * n; port := current_setting('port'); END $$;
            """);
        await _cluster.WaitForReplayAsync(_cluster.Standbys[0]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_db is not null)
        {
            await _db.DisposeAsync();
            await _cluster.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_array_is_one_parameter()
    {
        await using var connection = await _db.OpenConnectionAsync(Token);
        var rows = (await connection.QueryAsync<(int Id, int Port)>($"SELECT id, {Where} FROM posts WHERE id = ANY(@ids) ORDER BY id", new { ids = new[] { 3, 1, 2 } })).AsList();

        Assert.Equal([(1, Standby), (2, Standby), (3, Standby)], rows);
    }

    [Fact]
    public async Task Rows_are_mapped_to_several_objects()
    {
        await using var connection = await _db.OpenConnectionAsync(Token);
        var rows = await connection.QueryAsync<Post, Comment, (Post Post, Comment Comment)>(
            $"SELECT p.id, p.title, {Where} AS port, c.id, c.text FROM posts p JOIN comments c ON c.post_id = p.id WHERE p.id = @id ORDER BY c.id",
            static (post, comment) => (post, comment),
            new { id = 2 });

        Assert.Equal(10, rows.Count());
        Assert.All(rows, r => Assert.Equal(new Post(2, "post 2", Standby), r.Post));
        Assert.Equal(new Comment(1, "comment 1"), rows.First().Comment);
    }

    [Fact]
    public async Task Several_results_come_from_one_server()
    {
        await using var connection = await _db.OpenConnectionAsync(Token);
        await using (var results = await connection.QueryMultipleAsync($"SELECT count(*) FROM posts; SELECT title FROM posts WHERE id = @id; SELECT {Where}", new { id = 7 }))
        {
            Assert.Equal(100, await results.ReadSingleAsync<long>());
            Assert.Equal("post 7", await results.ReadSingleAsync<string>());
            Assert.Equal(Standby, await results.ReadSingleAsync<int>());
        }

        // One that writes among them takes all to the primary, and what follows on this connection until the standby has it.
        await _cluster.PauseReplayAsync(_cluster.Standbys[0], Token);
        await using (var results = await connection.QueryMultipleAsync($"SELECT {Where}; INSERT INTO posts VALUES (101, 'new'); SELECT count(*) FROM posts"))
        {
            Assert.Equal(Primary, await results.ReadSingleAsync<int>());
            Assert.Equal(101, await results.ReadSingleAsync<long>());
        }

        Assert.Equal(Primary, await connection.ExecuteScalarAsync<int>($"SELECT {Where}"));
    }

    [Fact]
    public async Task A_transaction_may_begin_with_a_first_row()
    {
        await using var connection = await _db.OpenConnectionAsync(Token);
        await using (var transaction = await connection.BeginTransactionAsync(Token))
        {
            var first = await connection.QueryFirstAsync<(int Id, int Port)>($"SELECT id, {Where} FROM posts ORDER BY id", transaction: transaction);
            Assert.Equal((1, Primary), first);
            await connection.ExecuteAsync("UPDATE posts SET title = 'changed' WHERE id = @Id", new { first.Id }, transaction);
            Assert.Equal("changed", await connection.QueryFirstOrDefaultAsync<string>("SELECT title FROM posts WHERE id = 1", transaction: transaction));
            await transaction.CommitAsync(Token);
        }

        Assert.Equal("changed", await connection.QuerySingleAsync<string>("SELECT title FROM posts WHERE id = 1"));
    }

    [Fact]
    public async Task An_unbuffered_query_may_be_left_early()
    {
        await using var connection = await _db.OpenConnectionAsync(Token);
        await foreach (var port in connection.QueryUnbufferedAsync<int>($"SELECT {Where} FROM generate_series(1, 100000)"))
        {
            Assert.Equal(Standby, port);
            break;
        }

        foreach (var port in connection.Query<int>($"SELECT {Where} FROM generate_series(1, 100000)", buffered: false))
        {
            Assert.Equal(Standby, port);
            break;
        }

        Assert.Equal(100, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM posts"));
        await Eventually.TrueAsync(() => _db.Topology.Current.Endpoints.All(static e => e.InFlight == 0));
    }

    [Fact]
    public async Task An_unbuffered_query_may_be_left_early_in_a_transaction()
    {
        await using var connection = await _db.OpenConnectionAsync(Token);
        await using (var transaction = await connection.BeginTransactionAsync(Token))
        {
            await foreach (var port in connection.QueryUnbufferedAsync<int>($"SELECT {Where} FROM generate_series(1, 100000)", transaction: transaction))
            {
                Assert.Equal(Primary, port);
                break;
            }

            // Dapper cancels the statement, which may fail the transaction: over plain Npgsql too.
            await transaction.RollbackAsync(Token);
        }

        await using (var transaction = await connection.BeginTransactionAsync(Token))
        {
            Assert.Equal((100, Primary), await connection.QuerySingleAsync<(int, int)>($"SELECT count(*)::int, {Where} FROM posts", transaction: transaction));
            await transaction.CommitAsync(Token);
        }

        await connection.CloseAsync();
        await Eventually.TrueAsync(() => _db.Topology.Current.Endpoints.All(static e => e.InFlight == 0));
    }

    [Fact]
    public async Task A_reader_is_given_out()
    {
        await using var connection = await _db.OpenConnectionAsync(Token);
        await using (var reader = await connection.ExecuteReaderAsync($"SELECT id, {Where} AS port FROM posts WHERE id <= @most ORDER BY id", new { most = 3 }))
        {
            var table = new DataTable();
            table.Load(reader);
            Assert.Equal([1, 2, 3], table.Rows.Cast<DataRow>().Select(static r => (int)r["id"]));
            Assert.Equal(Standby, table.Rows[0]["port"]);
        }

        await using (var reader = await connection.ExecuteReaderAsync($"UPDATE posts SET title = 'x' WHERE id = 1 RETURNING {Where}"))
        {
            Assert.True(await reader.ReadAsync(Token));
            Assert.Equal(Primary, reader.GetInt32(0));
        }
    }

    [Fact]
    public async Task Parameters_come_back()
    {
        await using var connection = await _db.OpenConnectionAsync(Token);
        var parameters = new DynamicParameters(new { n = 21 });
        parameters.Add("doubled", dbType: DbType.Int32, direction: ParameterDirection.Output);
        parameters.Add("port", dbType: DbType.Int32, direction: ParameterDirection.Output);

        await connection.ExecuteAsync("double_it", parameters, commandType: CommandType.StoredProcedure);

        Assert.Equal((42, Primary), (parameters.Get<int>("doubled"), parameters.Get<int>("port")));

        // Of a text Npgsql fills them from the first row; that it reads is seen all the same.
        await connection.CloseAsync();
        await using var other = await _db.OpenConnectionAsync(Token);
        parameters = new DynamicParameters(new { n = 4 });
        parameters.Add("tripled", dbType: DbType.Int32, direction: ParameterDirection.Output);
        parameters.Add("port", dbType: DbType.Int32, direction: ParameterDirection.Output);
        await other.ExecuteAsync($"SELECT 3 * @n AS tripled, {Where} AS port", parameters);
        Assert.Equal((12, Standby), (parameters.Get<int>("tripled"), parameters.Get<int>("port")));
    }

    sealed record Post(int Id, string Title, int Port);

    sealed record Comment(int Id, string Text);
}
