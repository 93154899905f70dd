using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Tests.Fake;

/// <summary>Rules for some parameters' values only, and what is said where none fits.</summary>
public sealed class RuleConditionTests : IAsyncLifetime
{
    const string Select = "SELECT title FROM posts WHERE key = $1";

    FakePostgresCluster _pg = null!;
    NpgsqlDataSource _source = null!;

    public async ValueTask InitializeAsync()
    {
        _pg = await FakePostgresCluster.StartAsync(standbys: 0);
        _source = NpgsqlDataSource.Create(_pg.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _pg.DisposeAsync();
    }

    [Fact]
    public async Task LoneNull_IsOneValue()
    {
        _pg.On(Select).With(null).Returns("none");

        Assert.Equal("none", await AskAsync(DBNull.Value));
    }

    [Fact]
    public async Task LoneArrayOfTexts_IsOneValue()
    {
        string[] keys = ["a", "b"];
        _pg.On(Select).With(keys).Returns("both");

        Assert.Equal("both", await AskAsync(keys));
    }

    [Fact]
    public async Task Values_AreComparedAcrossTypes()
    {
        _pg.On(Select).With('c').Returns("letter");
        _pg.On(Select).With(DBNull.Value).Returns("none");
        _pg.On(Select).With(1.5m).Returns("number");

        Assert.Equal(["letter", "none", "number"], [await AskAsync('c'), await AskAsync(DBNull.Value), await AskAsync(1.5)]);
    }

    [Fact]
    public async Task UnexpectedValues_AreShownBesideTheExpected()
    {
        _pg.On(Select).With(new DateOnly(2026, 1, 2)).Returns("day");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => AskAsync(new DateOnly(2026, 2, 1)));

        Assert.Contains("($1 = 2026-02-01)", refused.MessageText, StringComparison.Ordinal);
        Assert.Contains("key = $1 (with 2026-01-02)", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConditionThatFails_IsAnErrorOfTheStatement_NotTheEndOfTheSession()
    {
        _pg.On(Select).Where(static r => r.Parameter<Guid>(1) == Guid.Empty).Returns("x");
        await using var connection = await _source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(Select, connection) { Parameters = { new() { Value = 7 } } };

        var failed = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteScalarAsync());

        Assert.Equal("38000", failed.SqlState);
        Assert.Contains("InvalidCastException: $1 is Int32 '7'", failed.MessageText, StringComparison.Ordinal);
        await using var next = new NpgsqlCommand("SELECT 1", connection);
        Assert.Equal(1, await next.ExecuteScalarAsync());
    }

    [Fact]
    public void OtherValues_NeedAnotherRule() => Assert.Throws<InvalidOperationException>(() => _pg.On(Select).With(1).Returns("one").With(2).Returns("two"));

    [Fact]
    public void SeveralStatements_NeedARuleEach() => Assert.Throws<ArgumentException>(() => _pg.On("SELECT a FROM t; SELECT b FROM t"));

    [Fact]
    public async Task DelayAfterTheLastAnswer_IsNotIgnored()
    {
        _pg.On(Select).Returns("x").After(TimeSpan.FromSeconds(1));

        var refused = await Assert.ThrowsAsync<PostgresException>(() => AskAsync(1));

        Assert.Equal(".After(…) stands before the answer that it is for.", refused.Hint);
    }

    [Fact]
    public async Task LargeParameter_IsTaken()
    {
        _pg.On("INSERT INTO files VALUES ($1)").Affects(1);
        await using var command = _source.CreateCommand("INSERT INTO files VALUES ($1)");
        command.Parameters.Add(new() { Value = new byte[20_000_000] });

        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    async Task<object?> AskAsync(object value)
    {
        await using var command = _source.CreateCommand(Select);
        command.Parameters.Add(value is DBNull ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text } : new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync();
    }
}
