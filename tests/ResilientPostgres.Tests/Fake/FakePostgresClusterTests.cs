using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Tests.Fake;

/// <summary>Npgsql as it is, against the fake.</summary>
public sealed class FakePostgresClusterTests
{
    [Fact]
    public async Task PlainConnectionString_Works()
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 0);
        await using var connection = new NpgsqlConnection(pg.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT 1", connection);

        Assert.Equal(1, await command.ExecuteScalarAsync());
        Assert.Equal("17.0", connection.PostgreSqlVersion.ToString());
    }

    [Theory]
    [InlineData(FakeAuthentication.Password)]
    [InlineData(FakeAuthentication.ScramSha256)]
    public async Task Password_IsChecked(FakeAuthentication authentication)
    {
        await using var pg = await FakePostgresCluster.StartAsync(new FakePostgresClusterOptions { Standbys = 0, Authentication = authentication, Password = "sécret" });
        await using var right = new NpgsqlConnection(pg.ConnectionString);
        await right.OpenAsync();
        await using var wrong = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(pg.ConnectionString) { Password = "other", Pooling = false }.ConnectionString);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => wrong.OpenAsync());

        Assert.Equal("28P01", refused.SqlState);
    }

    [Fact]
    public async Task Rows_AreTypedByTheObjects()
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 0);
        var at = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        pg.On("SELECT * FROM posts WHERE id = @id").With(7).Returns(
            new { id = 7L, title = "One", tags = new[] { "a", "b" }, at, price = 12.50m, key = Guid.Empty, gone = (int?)null });
        await using var source = NpgsqlDataSource.Create(pg.ConnectionString);
        await using var command = source.CreateCommand("select *\n  from posts -- all of it\n where id = $1");
        command.Parameters.AddWithValue(7);
        await using var reader = await command.ExecuteReaderAsync();

        Assert.True(await reader.ReadAsync());
        Assert.Equal(7L, reader.GetInt64(0));
        Assert.Equal("One", reader["title"]);
        Assert.Equal(["a", "b"], reader.GetFieldValue<string[]>(2));
        Assert.Equal(at, reader.GetDateTime(3));
        Assert.Equal(12.50m, reader.GetDecimal(4));
        Assert.Equal(Guid.Empty, reader.GetGuid(5));
        Assert.True(reader.IsDBNull(6));
        Assert.False(await reader.ReadAsync());
        Assert.Equal([7], Assert.Single(pg.Statements).Parameters);
    }

    [Fact]
    public async Task UnexpectedStatement_ShowsWhatWasSentAndWhatWasExpected()
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 0);
        pg.On("SELECT title FROM posts").Returns("One");
        await using var source = NpgsqlDataSource.Create(pg.ConnectionString + ";Include Error Detail=true");
        await using var command = source.CreateCommand("SELECT body FROM posts WHERE id = $1");
        command.Parameters.AddWithValue(7);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteScalarAsync());

        Assert.Equal("0A000", refused.SqlState);
        Assert.Contains("SELECT body FROM posts WHERE id = $1 ($1 = 7)", refused.MessageText, StringComparison.Ordinal);
        Assert.Contains("SELECT title FROM posts", refused.Detail, StringComparison.Ordinal);
        Assert.Equal([7], Assert.Single(pg.UnexpectedStatements).Parameters);
    }

    [Fact]
    public async Task ResilientDataSource_RoutesToStandbyAndPrimary()
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 2);
        pg.On("SELECT title FROM posts").Returns("One");
        pg.On("INSERT INTO posts (title) VALUES ($1)").Affects(1);
        await using var db = pg.CreateDataSource();

        await using var insert = db.CreateCommand("INSERT INTO posts (title) VALUES ($1)");
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "x" });
        Assert.Equal(1, await insert.ExecuteNonQueryAsync());
        var title = await db.ReadAsync(async (c, ct) =>
        {
            await using var command = new NpgsqlCommand("SELECT title FROM posts", c);
            return (string?)await command.ExecuteScalarAsync(ct);
        });

        Assert.Equal("One", title);
        Assert.Equal(EndpointRole.Primary, pg.Statements.Single(static s => s.IsWrite).Role);
        Assert.Empty(pg.UnexpectedStatements);
    }
}
