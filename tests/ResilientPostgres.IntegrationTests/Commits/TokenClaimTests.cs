using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Commits;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Commits;

/// <summary>COMMIT is sent and its answer does not come; the token is claimed.</summary>
public sealed class TokenClaimTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_a_server_that_lives_the_outcome_is_found_out(bool reachesTheServer)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var db = await Resilient.Over(Resilient.Through(cluster, (cluster.Primary, proxy)), configure: TokenRowTests.Guarded).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        var runs = 0;

        var commit = await db.TransactAsync(async (tx, ct) =>
        {
            await TokenRowTests.ExecuteAsync(tx, "INSERT INTO t VALUES (1)");
            if (++runs == 1)
            {
                proxy.Freeze(reachesTheServer ? ProxyDirection.ToClient : ProxyDirection.ToServer);
                _ = LostReplyTests.CutAsync(proxy);
            }
        });

        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
        Assert.Equal(reachesTheServer ? 1 : 2, runs);
        Assert.Equal(reachesTheServer ? CommitOutcome.Committed : (CommitOutcome?)null, commit.Evidence?.Outcome);
        Assert.Equal(reachesTheServer, commit.Evidence?.Token is not null);
        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM resilient_postgres.commits WHERE NOT is_claim", ReadPreference.Primary));
        Assert.Equal(reachesTheServer ? 0 : 1, await db.ReadAsync<long>("SELECT count(*) FROM resilient_postgres.commits WHERE is_claim", ReadPreference.Primary));
    }

    [Theory]
    [InlineData(CommitGuard.LogPosition)]
    [InlineData(CommitGuard.TokenRow)]
    public async Task An_orphan_that_is_still_open_is_ended_and_its_work_done_again(CommitGuard guard)
    {
        // One server under two names: one of them freezes, and what was begun through it stays open on the server.
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var first = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var second = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        var hosts = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Host = $"{first.Host}:{first.Port},{second.Host}:{second.Port}" }.ConnectionString;
        using var log = new RecordedLog();
        await using var db = await Resilient.Over(hosts, log, b =>
        {
            TokenRowTests.Guarded(b);
            b.Options.Commits.Guard = guard;
        }).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        var runs = 0;

        await db.TransactAsync(async (tx, ct) =>
        {
            await TokenRowTests.ExecuteAsync(tx, "INSERT INTO t VALUES (1)");
            if (++runs == 1)
            {
                var frozen = db.Topology.Current.Primary!.Endpoint.Port == first.Port ? first : second;
                frozen.Freeze();
            }
        });

        Assert.Equal(2, runs);
        Assert.Equal(1, log.Count(3004));
        Assert.Equal(1, await db.ReadAsync<long>("SELECT count(*) FROM t", ReadPreference.Primary));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_open_orphan_is_fenced_only_where_that_is_allowed(bool fences)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster, configure: b =>
        {
            TokenRowTests.Guarded(b);
            b.Options.Commits.FencesOrphans = fences;
        }).ReadyAsync();
        await db.TransactAsync(static (tx, _) => TokenRowTests.ExecuteAsync(tx, "CREATE TABLE t (id int)"));
        await using var orphan = new NpgsqlConnection(Sql.Unpooled(cluster.ConnectionString));
        await orphan.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await orphan.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var proof = await NoteAsync(db, orphan);
        var resolver = new CommitResolver(db.Cluster, db.Router);

        var evidence = await resolver.ResolveAsync(proof, db.Cluster.Clock.Now + TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        Assert.Equal(fences ? CommitOutcome.NotCommitted : CommitOutcome.Unknown, evidence.Outcome);
        Assert.Equal(fences, evidence.WasFenced);
        Assert.Contains(fences ? "can't be committed any more" : "still open", evidence.Reason, StringComparison.Ordinal);
        if (!fences)
        {
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
            evidence = await resolver.ResolveAsync(proof, db.Cluster.Clock.Now + TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            Assert.Equal(CommitOutcome.Committed, evidence.Outcome);
        }
        else
        {
            // Asked again: the claim that was made is not mistaken for the transaction.
            evidence = await resolver.ResolveAsync(proof, db.Cluster.Clock.Now + TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            Assert.Equal(CommitOutcome.NotCommitted, evidence.Outcome);
        }
    }

    [Fact]
    public async Task After_a_promotion_without_the_commit_it_is_done_again_and_the_ledger_tells_what_was_lost()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var db = await Resilient.Over(Resilient.Through(cluster, (cluster.Primary, proxy)), configure: static b =>
        {
            TokenRowTests.Guarded(b);
            b.Options.Commits.LedgerCapacity = 100;
        }).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        var lost = new TaskCompletionSource<WritesLostEventArgs>();
        db.WritesLost += (_, e) => lost.TrySetResult(e);
        await InsertAsync(db, 1, "kept");
        await cluster.WaitForReplayAsync(cluster.Standbys[0], TestContext.Current.CancellationToken);
        var primary = cluster.Primary;
        await cluster.DisconnectFromPrimaryAsync(cluster.Standbys[0], TestContext.Current.CancellationToken);
        await InsertAsync(db, 2, "lost");
        var runs = 0;

        var commit = await db.TransactAsync(async (tx, ct) =>
        {
            await TokenRowTests.ExecuteAsync(tx, "INSERT INTO t VALUES (4)");
            if (++runs == 1)
            {
                // Committed there, and nobody hears of it.
                proxy.Freeze(ProxyDirection.ToClient);
                _ = FailOverAsync(cluster, primary);
            }
        });

        var told = await lost.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(2, runs);
        Assert.Equal(2u, commit.Timeline);
        Assert.Equal(["lost"], told.Lost.Select(static l => l.Tag));
        Assert.Empty(told.Undecided);
        Assert.Equal(5, await db.ReadAsync<long>("SELECT sum(id) FROM t", ReadPreference.Primary));
    }

    static async Task FailOverAsync(PostgresCluster cluster, PostgresServer primary)
    {
        await Task.Delay(100);
        await cluster.KillAsync(primary);
        await cluster.PromoteAsync(cluster.Standbys[0]);
    }

    static Task<CommitRecord> InsertAsync(ResilientDataSource db, int id, string tag) => db.TransactAsync(
        (tx, _) => TokenRowTests.ExecuteAsync(tx, $"INSERT INTO t VALUES ({id})"), new TransactOptions { Tag = tag });

    static async Task<ICommitProof> NoteAsync(ResilientDataSource db, NpgsqlConnection connection)
    {
        var cluster = db.Cluster;
        var tokens = cluster.Ports.Tokens;
        var capture = new TransactionCapture(isWanted: true, character: null)
        {
            Token = new TokenNote(tokens.MakeToken(), cluster.Settings.Commits.TokenTable, 1, cluster.Clock.Now),
        };
        await using var command = new NpgsqlCommand(tokens.CaptureText(connection, capture), connection);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return tokens.ReadCapture(connection, capture, row, cluster.Store.Current.SystemIdentifier!.Value);
    }
}
