using ResilientPostgres.IntegrationTests.Servers;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;
using static ResilientPostgres.IntegrationTests.Poolers.Pooled;

namespace ResilientPostgres.IntegrationTests.Poolers;

/// <summary>Two pgpools over one cluster: what goes where.</summary>
public sealed class PgpoolRoutingTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_are_the_primary_and_work_is_spread_over_them()
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var first = await PgpoolAsync(cluster);
        await using var second = await PgpoolAsync(cluster);
        await using var db = await Over([first, second]).KnownAsync();

        Assert.All(db.Topology.Current.Endpoints, static e => Assert.Equal((EndpointRole.Primary, EndpointStatus.Available), (e.Role, e.Status)));
        var (reads, writes) = (new HashSet<int>(), new HashSet<int>());
        for (var i = 0; i < 60; i++)
        {
            reads.Add(await db.ReadAsync((c, _) => Task.FromResult(c.Port), cancellationToken: Cancelled));
            writes.Add(await db.WriteAsync((c, _) => Task.FromResult(c.Port), cancellationToken: Cancelled));
        }

        Assert.Equal(new HashSet<int> { first.Port, second.Port }, reads);
        Assert.Equal(new HashSet<int> { first.Port, second.Port }, writes);
    }

    [Fact]
    public async Task Reads_are_balanced_by_pgpool_until_they_must_see_a_write()
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var pgpool = await PgpoolAsync(cluster);
        var log = new RecordedLog();
        await using var db = await Over([pgpool], log).KnownAsync();
        int[] all = [.. cluster.Servers.Select(static s => s.Port).Order()];

        Assert.Equal(all, (await AskOftenAsync(db)).Order());
        Assert.Equal([cluster.Primary.Port], await AskOftenAsync(db, preference: ReadPreference.Primary));
        Assert.Equal([cluster.Primary.Port], await AskOftenAsync(db, "SELECT inet_server_port()"));
        await ExecuteAsync(db, "CREATE TABLE t (n int)");
        await cluster.PauseReplayAsync(cluster.Standbys[0], Cancelled);
        await cluster.PauseReplayAsync(cluster.Standbys[1], Cancelled);
        await ExecuteAsync(db, "INSERT INTO t VALUES (1)");
        Assert.Equal([cluster.Primary.Port], await AskOftenAsync(db));
        Assert.Equal(1, await AskAsync(db, "SELECT count(*)::int FROM t"));

        using (ConsistencyScope.Begin())
        {
            // Nothing was written in it, and the first read has seen nothing yet.
            await AskAsync(db);
            await ExecuteAsync(db, "INSERT INTO t VALUES (2)");
            Assert.Equal([cluster.Primary.Port], await AskOftenAsync(db));
            Assert.Equal(2, await AskAsync(db, "SELECT count(*)::int FROM t"));
        }

        var seen = new HashSet<int>();
        for (var i = 0; i < 60; i++)
        {
            using var scope = ConsistencyScope.Begin();
            seen.Add(await AskAsync(db));
        }

        Assert.Equal(all, seen.Order());
        Assert.Equal(0, log.Count(3006));
    }

    [Fact]
    public async Task Transactions_batches_and_open_connections_stay_on_the_primary()
    {
        RequirePart.Pgpool();
        await using var cluster = await RequirePostgres.StartClusterAsync();
        await using var pgpool = await PgpoolAsync(cluster);
        var log = new RecordedLog();
        await using var db = await Over([pgpool], log).KnownAsync();
        var primary = cluster.Primary.Port;
        for (var i = 0; i < 20; i++)
        {
            var result = await db.TransactAsync(
                async (transaction, token) =>
                {
                    await using var read = transaction.CreateCommand(PortOf);
                    var before = (int)(await read.ExecuteScalarAsync(token))!;
                    await using var write = transaction.CreateCommand("CREATE TABLE IF NOT EXISTS t (n int)");
                    await write.ExecuteNonQueryAsync(token);
                    return (before, (int)(await read.ExecuteScalarAsync(token))!);
                },
                cancellationToken: Cancelled);
            Assert.Equal((primary, primary), result.Value);
        }

        await using var batch = db.CreateBatch();
        batch.BatchCommands.Add(new Npgsql.NpgsqlBatchCommand(PortOf));
        batch.BatchCommands.Add(new Npgsql.NpgsqlBatchCommand("INSERT INTO t VALUES (1)"));
        batch.BatchCommands.Add(new Npgsql.NpgsqlBatchCommand(PortOf));
        await using (var reader = await batch.ExecuteReaderAsync(Cancelled))
        {
            await reader.ReadAsync(Cancelled);
            Assert.Equal(primary, reader.GetInt32(0));
            await reader.NextResultAsync(Cancelled);
            await reader.ReadAsync(Cancelled);
            Assert.Equal(primary, reader.GetInt32(0));
        }

        Assert.Equal(PortOf, batch.BatchCommands[0].CommandText);
        await using var connection = db.CreateConnection();
        await connection.OpenAsync(Cancelled);
        await using var command = connection.CreateCommand();
        command.CommandText = PortOf;
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(primary, await command.ExecuteScalarAsync(Cancelled));
        }

        Assert.Equal(PortOf, command.CommandText);
        Assert.Equal(0, log.Count(3006));
    }
}
