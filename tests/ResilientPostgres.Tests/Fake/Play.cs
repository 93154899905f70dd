using Microsoft.Extensions.Time.Testing;
using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Tests.Fake;

/// <summary>A cluster of the fake's on a test's own clock, with a data source that has seen all of it.</summary>
sealed class Play : IAsyncDisposable
{
    const string Insert = "INSERT INTO posts (title) VALUES ($1)";
    const string Select = "SELECT count(*) FROM posts";

    Play(FakeTimeProvider clock, FakePostgresCluster pg, ResilientDataSource db) => (Clock, Pg, Db) = (clock, pg, db);

    public FakeTimeProvider Clock { get; }

    public FakePostgresCluster Pg { get; }

    public ResilientDataSource Db { get; }

    public static async Task<Play> StartAsync(int standbys = 2, Action<ResilientDataSourceBuilder>? configure = null)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var pg = await FakePostgresCluster.StartAsync(standbys, clock);
        pg.On(Insert).Affects(1);
        pg.On(Select).Returns(3L);
        var play = new Play(clock, pg, pg.CreateDataSource(configure));
        await pg.ReadyAsync(play.Db, clock.Advance);
        await play.PassAsync(TimeSpan.FromSeconds(3));
        return play;
    }

    public async ValueTask DisposeAsync()
    {
        await Db.DisposeAsync();
        await Pg.DisposeAsync();
    }

    public Task PassAsync(TimeSpan time) => Pg.AdvanceAsync(Clock.Advance, time);

    public async Task<T> UntilAsync<T>(Task<T> task)
    {
        await Pg.AdvanceUntilAsync(Clock.Advance, task);
        return await task;
    }

    public async Task<int> WriteAsync()
    {
        await using var command = Db.CreateCommand(Insert);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "x" });
        return await UntilAsync(command.ExecuteNonQueryAsync());
    }

    /// <returns>The server that answered a read.</returns>
    public async Task<FakeServer> ReadAsync()
    {
        await using var command = Db.CreateCommand(Select);
        Assert.Equal(3L, await UntilAsync(command.ExecuteScalarAsync()));
        return Pg.Statements[^1].Server;
    }

    public Task<CommitRecord> TransactAsync() => UntilAsync(Db.TransactAsync(async (tx, token) =>
    {
        await using var insert = tx.CreateCommand(Insert);
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "x" });
        await insert.ExecuteNonQueryAsync(token);
    }));
}
