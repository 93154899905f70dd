using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Tests.Fake;

/// <summary>The library's own statements are answered truly: it finds roles, follows lag, proves commits, all on virtual time.</summary>
public sealed class FakeBehaviourTests
{
    static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Reads_GoToStandbys_WritesToThePrimary()
    {
        await using var play = await Play.StartAsync();

        Assert.Equal(1, await play.WriteAsync());
        var server = await play.ReadAsync();

        Assert.Equal(EndpointRole.Standby, server.Role);
        Assert.Equal(play.Pg.Primary, play.Pg.Statements.Single(static s => s.IsWrite).Server);
        Assert.Empty(play.Pg.UnexpectedStatements);
    }

    [Fact]
    public async Task Read_WaitsForNoStandbyThatIsBehind()
    {
        await using var play = await Play.StartAsync();
        foreach (var standby in play.Pg.Standbys)
        {
            play.Pg.PauseReplay(standby);
        }

        await play.WriteAsync();
        Assert.Equal(play.Pg.Primary, await play.ReadAsync());

        foreach (var standby in play.Pg.Standbys)
        {
            play.Pg.ResumeReplay(standby);
        }

        await play.PassAsync(_second);
        Assert.Equal(EndpointRole.Standby, (await play.ReadAsync()).Role);
    }

    [Fact]
    public async Task RawTransactions_AreNoted_EachOnASessionThatIsKnown()
    {
        await using var play = await Play.StartAsync();
        play.Pg.On("UPDATE raw SET n = n + 1").Affects(1);
        play.Pg.On("SELECT n FROM raw").Returns(1);
        for (var i = 0; i < 4; i++)
        {
            var sql = i % 2 == 0 ? "UPDATE raw SET n = n + 1" : "SELECT n FROM raw";
            var record = await play.Db.TransactAsync(async (transaction, token) =>
            {
                await using var command = new NpgsqlCommand(sql, transaction.NpgsqlConnection);
                await command.ExecuteNonQueryAsync(token);
            }, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(i % 2 == 0, record.Xid is not null);
        }

        Assert.Empty(play.Pg.UnexpectedStatements);
    }

    [Fact]
    public async Task Lag_IsMeasured()
    {
        await using var play = await Play.StartAsync(standbys: 1);
        play.Pg.SetLag(play.Pg.Standbys[0], TimeSpan.FromSeconds(20));
        for (var i = 0; i < 12; i++)
        {
            play.Pg.Write();
            await play.PassAsync(_second);
        }

        var endpoint = play.Db.Topology.Current.Endpoints.Single(static e => e.Role == EndpointRole.Standby).Endpoint;
        Assert.InRange(play.Db.Topology.ReplicationLag(endpoint) ?? TimeSpan.Zero, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(14));
        Assert.Equal(play.Pg.Primary, await play.ReadAsync());
    }

    [Fact]
    public async Task FailOver_OfThirtySeconds_IsFollowed()
    {
        await using var play = await Play.StartAsync(configure: static b => b.Options.TotalTimeout = TimeSpan.FromMinutes(1));
        var old = play.Pg.Primary;

        var failOver = play.Pg.FailOverAsync(after: TimeSpan.FromSeconds(30));
        Assert.Equal(1, await play.WriteAsync());

        await failOver;
        var write = play.Pg.Statements.Single(static s => s.IsWrite && s.IsCommitted);
        Assert.NotEqual(old, write.Server);
        Assert.Equal(2u, write.Server.Timeline);
        Assert.False(old.IsRunning);
    }

    [Fact]
    public async Task SwitchOver_LeavesAllServersInPlace()
    {
        await using var play = await Play.StartAsync();
        var old = play.Pg.Primary;

        await play.UntilAsync(Awaited(play.Pg.SwitchOverAsync(after: _second)));
        await play.PassAsync(TimeSpan.FromSeconds(5));
        await play.WriteAsync();

        Assert.Equal(EndpointRole.Standby, old.Role);
        Assert.All(play.Pg.Servers, s => Assert.Equal(play.Pg.Primary.Position, s.Position));
        Assert.Equal(ClusterStatus.WithPrimary, play.Db.Topology.Current.Status);
    }

    [Fact]
    public async Task SplitBrain_IsSeen_UntilOneOfThemIsGone()
    {
        await using var play = await Play.StartAsync(standbys: 1);
        var old = play.Pg.Primary;

        var other = play.Pg.SplitBrain();
        await play.PassAsync(TimeSpan.FromSeconds(3));
        Assert.Equal((EndpointRole.Primary, EndpointRole.Primary), (old.Role, other.Role));
        Assert.Equal(ClusterStatus.SplitBrain, play.Db.Topology.Current.Status);

        play.Pg.Kill(old);
        await play.WriteAsync();
        Assert.Equal(other, play.Pg.Statements[^1].Server);
    }

    [Fact]
    public async Task Rejoined_OldPrimary_LosesWhatOnlyItHad()
    {
        await using var play = await Play.StartAsync(standbys: 1);
        var (old, standby) = (play.Pg.Primary, play.Pg.Standbys[0]);
        play.Pg.Disconnect(standby);
        play.Pg.Write();

        await play.Pg.FailOverAsync();
        play.Pg.Rejoin(old);
        play.Pg.Write();

        Assert.Equal(standby, play.Pg.Primary);
        Assert.Equal((standby.Position, standby.Timeline), (old.Position, old.Timeline));
    }

    [Theory]
    [InlineData(CommitLoss.BeforeApplied, 2)]
    [InlineData(CommitLoss.AfterApplied, 1)]
    public async Task LostCommit_IsResolvedByProof(CommitLoss loss, int runs)
    {
        await using var play = await Play.StartAsync();
        play.Pg.LoseCommitReply(loss);

        await play.TransactAsync();

        Assert.Equal(runs, play.Pg.Statements.Count);
        Assert.Single(play.Pg.Statements, static s => s.IsCommitted);
    }

    [Theory]
    [InlineData(CommitLoss.BeforeApplied, 2)]
    [InlineData(CommitLoss.AfterApplied, 1)]
    public async Task LostCommit_IsResolvedByTokenRow(CommitLoss loss, int runs)
    {
        await using var play = await Play.StartAsync(configure: static b => (b.Options.Commits.Guard, b.Options.Commits.CreatesTokenTable) = (CommitGuard.TokenRow, true));
        await play.TransactAsync();
        play.Pg.ClearStatements();
        play.Pg.LoseCommitReply(loss);

        await play.TransactAsync();

        Assert.Equal(runs, play.Pg.Statements.Count);
        Assert.Single(play.Pg.Statements, static s => s.IsCommitted);
    }

    [Fact]
    public async Task LostCommit_ThenFailOver_IsResolvedOnTheNewPrimary()
    {
        await using var play = await Play.StartAsync(configure: static b => b.Options.TotalTimeout = TimeSpan.FromMinutes(1));
        play.Pg.LoseCommitReply(CommitLoss.AfterApplied);
        play.Pg.On("COMMIT").Where(r => Switch(play.Pg)).After(TimeSpan.FromMilliseconds(1)).Affects(0);

        await play.TransactAsync();

        Assert.Single(play.Pg.Statements, static s => s.IsCommitted);
    }

    [Fact]
    public async Task FrozenServer_AnswersWhenItIsThawed()
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 0);
        pg.On("SELECT 1 FROM t").Returns(1);
        await using var source = NpgsqlDataSource.Create(pg.ConnectionString);
        await using var command = source.CreateCommand("SELECT 1 FROM t");
        await command.ExecuteScalarAsync();

        pg.Freeze(pg.Primary);
        var answer = command.ExecuteScalarAsync();
        await pg.SettleAsync();
        Assert.False(answer.IsCompleted);
        pg.Thaw(pg.Primary);

        Assert.Equal(1, await answer);
    }

    [Fact]
    public async Task Standby_RefusesWrites()
    {
        await using var pg = await FakePostgresCluster.StartAsync();
        pg.On("INSERT INTO t VALUES (1)").Affects(1);
        pg.On("SELECT write_it()").IsWrite().Returns(1);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(pg.ConnectionString) { Host = $"127.0.0.1:{pg.Standbys[0].Port}" }.ConnectionString);

        foreach (var sql in new[] { "INSERT INTO t VALUES (1)", "SELECT write_it()" })
        {
            await using var command = source.CreateCommand(sql);
            Assert.Equal("25006", (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState);
        }
    }

    [Fact]
    public async Task OneSessionTooMany_IsRefused()
    {
        await using var pg = await FakePostgresCluster.StartAsync(new FakePostgresClusterOptions { Standbys = 0, MaxConnections = 1 });
        await using var source = NpgsqlDataSource.Create(pg.ConnectionString);
        await using var first = await source.OpenConnectionAsync();

        Assert.Equal("53300", (await Assert.ThrowsAsync<PostgresException>(async () => await source.OpenConnectionAsync())).SqlState);
    }

    [Fact]
    public async Task Restart_EndsSessionsWithAWord()
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 0);
        pg.On("SELECT slow()").After(TimeSpan.FromMinutes(1)).Returns(1);
        await using var source = NpgsqlDataSource.Create(pg.ConnectionString);
        await using var command = source.CreateCommand("SELECT slow()");
        var answer = command.ExecuteScalarAsync();
        await pg.SettleAsync();

        await pg.RestartAsync(pg.Primary);

        Assert.Equal("57P01", (await Assert.ThrowsAsync<PostgresException>(() => answer)).SqlState);
        await (await source.OpenConnectionAsync()).DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public async Task CutReply_LosesTheConnection_Once(int bytes)
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 0);
        pg.On("SELECT title FROM posts").Returns("a long title that takes some bytes");
        await using var source = NpgsqlDataSource.Create(pg.ConnectionString);
        await using var command = source.CreateCommand("SELECT title FROM posts");
        await command.ExecuteScalarAsync();

        pg.CutReplyAfter(pg.Primary, bytes);

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => command.ExecuteScalarAsync());
        Assert.NotNull(await command.ExecuteScalarAsync());
    }

    static bool Switch(FakePostgresCluster pg)
    {
        if (pg.Primary == pg.Servers[0])
        {
            // The commit is applied and its answer lost; then the standby takes over.
            _ = Task.Run(async () =>
            {
                await pg.SettleAsync();
                await pg.FailOverAsync(after: TimeSpan.FromSeconds(1));
            });
        }

        return true;
    }

    static async Task<bool> Awaited(Task task)
    {
        await task;
        return true;
    }
}
