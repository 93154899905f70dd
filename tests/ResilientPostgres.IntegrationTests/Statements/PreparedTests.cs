using Dapper;
using Npgsql;
using ResilientPostgres.IntegrationTests.Poolers;
using ResilientPostgres.IntegrationTests.Servers;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Statements;

/// <summary>Statements used again and again are prepared on every session, and nobody notices: not when tables change, not when somebody throws them away.</summary>
public sealed class PreparedTests
{
    const string Prepared = "SELECT count(*)::int FROM pg_prepared_statements WHERE statement LIKE 'SELECT n FROM t%'";
    const int ProofUnavailable = 3006;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", 1)]
    [InlineData(";Max Auto Prepare=0", 0)]
    public async Task In_transactions_and_delegates_too_unless_forbidden(string said, int expected)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster.ConnectionString + said).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (n int)");
        for (var i = 0; i < 8; i++)
        {
            await db.TransactAsync(async (transaction, token) =>
            {
                await using var command = transaction.CreateCommand("SELECT n FROM t WHERE n = $1");
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = i });
                await command.ExecuteScalarAsync(token);
            }, cancellationToken: Cancelled);
        }

        Assert.Equal(expected, await db.WriteAsync((c, token) => Resilient.ScalarAsync<int>(c, Prepared, token), cancellationToken: Cancelled));
    }

    [Fact]
    public async Task Tables_change_under_load_and_no_call_fails()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 2);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (n int); INSERT INTO t SELECT generate_series(1, 20)");
        var stop = false;
        var calls = 0;
        var work = Enumerable.Range(0, 6).Select(w => Task.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                await (w % 3 == 0 ? AllAsync(db) : w % 3 == 1 ? ReturningAsync(db) : InTransactionAsync(db));
                Interlocked.Increment(ref calls);
            }
        })).ToArray();

        for (var i = 0; i < 12; i++)
        {
            var before = Volatile.Read(ref calls);
            await Eventually.TrueAsync(() => Volatile.Read(ref calls) > before + 100 || work.Any(static t => t.IsFaulted));
            await db.WriteAsync($"ALTER TABLE t ADD COLUMN c{i} int");
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(work);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_holds_its_session_goes_on_unless_in_a_transaction(bool isSync)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (n int)");
        await using var connection = await db.OpenConnectionAsync(Cancelled);
        async Task<int> InsertAsync(string sql = "INSERT INTO t VALUES (1) RETURNING *") => (int)((isSync ? connection.Query(sql) : await connection.QueryAsync(sql)).Single().n);
        await connection.ExecuteAsync("SET work_mem = '1MB'");
        for (var i = 0; i < 8; i++)
        {
            await InsertAsync();
        }

        await db.WriteAsync("ALTER TABLE t ADD COLUMN a int");
        Assert.Equal(1, await InsertAsync());
        for (var i = 0; i < 8; i++)
        {
            await connection.QueryAsync("INSERT INTO t VALUES (1) RETURNING t.*");
        }

        await db.WriteAsync("ALTER TABLE t ADD COLUMN b int");
        await connection.ExecuteAsync("BEGIN TRANSACTION");
        Assert.Equal(PostgresErrorCodes.FeatureNotSupported, (await Assert.ThrowsAsync<PostgresException>(() => connection.QueryAsync("INSERT INTO t VALUES (1) RETURNING t.*"))).SqlState);
        await connection.ExecuteAsync("ROLLBACK TRANSACTION");
        Assert.Equal(17, await connection.ExecuteScalarAsync<int>("SELECT count(*)::int FROM t"));
    }

    [Fact]
    public async Task What_means_another_thing_each_time_is_not()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (at timestamptz); CREATE FUNCTION opened(query text) RETURNS refcursor LANGUAGE plpgsql AS $$ DECLARE c refcursor := 'cur'; BEGIN OPEN c FOR EXECUTE query; RETURN c; END $$");
        for (var i = 0; i < 10; i++)
        {
            await ExecuteAsync(db, "INSERT INTO t VALUES ('now')");
            await ExecuteAsync(db, "SELECT count(*) FROM t WHERE at <= 'now'");
            var text = await db.TransactAsync(
                async (transaction, token) =>
                {
                    await using var open = transaction.CreateCommand("SELECT opened($1)");
                    open.Parameters.Add(new NpgsqlParameter<string> { TypedValue = i < 8 ? "SELECT 7" : "SELECT 'abcd'::text" });
                    await open.ExecuteNonQueryAsync(token);
                    await using var fetch = transaction.CreateCommand("FETCH ALL FROM cur");
                    return (await fetch.ExecuteScalarAsync(token))!.ToString();
                },
                cancellationToken: Cancelled);
            Assert.Equal(i < 8 ? "7" : "abcd", text.Value);
            await using var connection = await db.OpenConnectionAsync(Cancelled);
            await using var zoned = await connection.BeginTransactionAsync(Cancelled);
            await connection.ExecuteAsync($"SET LOCAL TIME ZONE '{(i < 8 ? "UTC" : "America/New_York")}'", transaction: zoned);
            Assert.Equal(i < 8 ? 0 : 5, await connection.ExecuteScalarAsync<int>("SELECT extract(hour FROM '2026-01-01 00:00'::timestamptz AT TIME ZONE 'UTC')::int", transaction: zoned));
        }

        Assert.Equal(10, await db.ReadAsync<int>("SELECT count(DISTINCT at)::int FROM t"));
    }

    [Fact]
    public async Task A_connection_that_Dapper_opens_and_closes_goes_on()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (n int)");
        await using var connection = db.CreateConnection();
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(i, (await connection.QueryAsync("INSERT INTO t VALUES (@i) RETURNING *", new { i })).Single().n);
            if (i % 10 == 9)
            {
                await db.WriteAsync($"ALTER TABLE t ADD COLUMN c{i} int");
            }
        }
    }

    [Fact]
    public async Task Parameters_may_change_their_types()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        object?[] values = [7, 8L, "nine", null, 10.5m, 11, DBNull.Value, Guid.Empty, 12];
        for (var i = 0; i < 36; i++)
        {
            var value = values[i % values.Length];
            var text = await db.TransactAsync(
                async (transaction, token) =>
                {
                    await using var command = transaction.CreateCommand("SELECT coalesce($1::text, '')");
                    command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
                    return (string)(await command.ExecuteScalarAsync(token))!;
                },
                cancellationToken: Cancelled);
            Assert.Equal(value is null or DBNull ? "" : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!, text.Value);
        }
    }

    [Theory]
    [InlineData("SELECT * FROM mine", "CREATE TEMP TABLE mine (a{0} int) ON COMMIT DROP")]
    [InlineData("SELECT 1::mine", "DROP DOMAIN IF EXISTS mine; CREATE DOMAIN mine AS int")]
    public async Task A_text_that_fails_for_it_fails_once(string sql, string before)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var failures = 0;
        for (var i = 0; i < 40; i++)
        {
            await using var connection = await db.OpenConnectionAsync(Cancelled);
            await using var transaction = await connection.BeginTransactionAsync(Cancelled);
            try
            {
                await connection.ExecuteAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, before, i), transaction: transaction);
                await connection.QueryAsync(sql, transaction: transaction);
                await transaction.CommitAsync(Cancelled);
            }
            catch (PostgresException)
            {
                failures++;
            }
        }

        Assert.InRange(failures, 0, 1);
    }

    [Fact]
    public async Task A_missing_name_of_the_user_s_own_costs_no_session()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var first = await db.ReadAsync<int>("SELECT pg_backend_pid()");
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(PostgresErrorCodes.InvalidSqlStatementName, (await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(db, "EXECUTE nope"))).SqlState);
        }

        Assert.InRange(await db.ReadAsync<int>("SELECT count(*)::int FROM pg_stat_activity WHERE usename = 'app'"), 1, 5);
        Assert.True(await db.ReadAsync<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {first})"));
    }

    [Fact]
    public async Task What_a_connection_throws_away_is_prepared_anew()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (n int)");
        foreach (var sql in (string[])["DISCARD ALL", "DEALLOCATE ALL", "deallocate prepare all", "SELECT 1; DISCARD ALL"])
        {
            await using var connection = await db.OpenConnectionAsync(Cancelled);
            await connection.ExecuteAsync("SET work_mem = '1MB'"); // From here on one session.
            for (var i = 0; i < 8; i++)
            {
                await connection.ExecuteAsync("INSERT INTO t VALUES (@i)", new { i });
            }

            foreach (var part in sql.Split("; "))
            {
                await connection.ExecuteAsync(part);
            }

            await connection.ExecuteAsync("SET work_mem = '1MB'");
            await connection.ExecuteAsync("INSERT INTO t VALUES (@i)", new { i = -1 });
            connection.Execute(sql.Split("; ")[^1]);
            connection.Execute("INSERT INTO t VALUES (@i)", new { i = -2 });
        }

        Assert.Equal(40, await db.ReadAsync<int>("SELECT count(*)::int FROM t"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_name_of_a_connection_s_own_ends_with_it(bool isInTransaction)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster.ConnectionString + ";Maximum Pool Size=3").ReadyAsync();
        for (var i = 0; i < 12; i++)
        {
            await using var connection = await db.OpenConnectionAsync(Cancelled);
            await using var transaction = isInTransaction ? await connection.BeginTransactionAsync(Cancelled) : null;
            await connection.ExecuteAsync("PREPARE mine AS SELECT 7", transaction: transaction);
            Assert.Equal(7, await connection.ExecuteScalarAsync<int>("EXECUTE mine", transaction: transaction));
            if (i % 3 == 2)
            {
                await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("SELECT 1 / 0", transaction: transaction));
            }
        }
    }

    [Fact]
    public async Task Thrown_away_on_a_raw_connection_they_are_missed_once()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster.ConnectionString + ";Maximum Pool Size=2").ReadyAsync(); // One session.
        await db.WriteAsync("CREATE TABLE t (n int)");
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 8; i++)
            {
                await InsertAsync(db);
            }

            await db.WriteAsync("DISCARD ALL");
            await InsertAsync(db);
        }

        Assert.Equal(27, await db.ReadAsync<int>("SELECT count(*)::int FROM t"));
    }

    [Fact]
    public async Task Through_a_pooler_that_nobody_named_nothing_is_prepared()
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var bouncer = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), new PgBouncerOptions { PoolSize = 2 }, Cancelled);
        var log = new RecordedLog();
        await using var db = await Resilient.Over(bouncer.ConnectionStringOf(), log).KnownAsync();
        await db.WriteAsync("CREATE TABLE t (n int)");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < 20; i++)
            {
                await InsertAsync(db);
                await using var command = db.CreateCommand("SELECT count(*) FROM t");
                await command.ExecuteScalarAsync(Cancelled);
            }
        }));

        Assert.Equal(160, await db.ReadAsync<int>("SELECT count(*)::int FROM t"));
        Assert.Equal(1, log.Count(ProofUnavailable));
    }

    static async Task ExecuteAsync(ResilientDataSource db, string sql)
    {
        await using var command = db.CreateCommand(sql);
        await command.ExecuteScalarAsync(Cancelled);
    }

    static async Task AllAsync(ResilientDataSource db)
    {
        await using var command = db.CreateCommand("SELECT * FROM t");
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        while (await reader.ReadAsync(Cancelled))
        {
            // All of them.
        }
    }

    static async Task ReturningAsync(ResilientDataSource db)
    {
        await using var command = db.CreateCommand("UPDATE t SET n = n WHERE n = 1 RETURNING *");
        await command.ExecuteScalarAsync(Cancelled);
    }

    static Task InTransactionAsync(ResilientDataSource db) => db.TransactAsync(static async (transaction, token) =>
    {
        await using var read = transaction.CreateCommand("SELECT * FROM t WHERE n = 2");
        await read.ExecuteScalarAsync(token);
        await using var write = transaction.CreateCommand("UPDATE t SET n = n WHERE n = 2 RETURNING *");
        await write.ExecuteScalarAsync(token);
    }, cancellationToken: Cancelled);

    static Task InsertAsync(ResilientDataSource db) => db.TransactAsync(static async (transaction, token) =>
    {
        await using var command = transaction.CreateCommand("INSERT INTO t VALUES (1)");
        await command.ExecuteNonQueryAsync(token);
    }, cancellationToken: Cancelled);
}
