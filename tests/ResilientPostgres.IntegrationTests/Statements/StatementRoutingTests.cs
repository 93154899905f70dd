using System.Data;
using Dapper;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Statements;

public sealed class StatementRoutingTests
{
    // Which server answers, asked so that any may.
    const string Where = "SELECT current_setting('port')::int";

    [Fact]
    public async Task Reads_run_on_a_standby_and_all_else_on_the_primary()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id serial, port int)");
        await cluster.WaitForReplayAsync(cluster.Standbys[0]);
        var standby = cluster.Standbys[0].Port;

        Assert.Equal(standby, await ScalarAsync<int>(db.CreateCommand(Where)));
        Assert.Equal(cluster.Primary.Port, await ScalarAsync<int>(db.CreateCommand($"INSERT INTO t (port) VALUES (({Where})) RETURNING port")));
        Assert.Equal(cluster.Primary.Port, await ScalarAsync<int>(db.CreateCommand(Where + " FOR UPDATE")));
        Assert.Equal(cluster.Primary.Port, await ScalarAsync<int>(db.CreateCommand("/*NO LOAD BALANCE*/ " + Where)));
        await using var asked = db.CreateCommand(Where);
        asked.ReadPreference = ReadPreference.Primary;
        Assert.Equal(cluster.Primary.Port, await ScalarAsync<int>(asked));
        await using var batch = (ResilientBatch)db.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Where));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT 2"));
        Assert.Equal(standby, (int)(await batch.ExecuteScalarAsync(TestContext.Current.CancellationToken))!);

        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        Assert.Equal(standby, await connection.ExecuteScalarAsync<int>(Where));
        Assert.Equal("", connection.DataSource);
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(cluster.Primary.Port, await connection.ExecuteScalarAsync<int>(Where, transaction: transaction));
            await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        }

        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await connection.ExecuteAsync("INSERT INTO t (port) VALUES (1)", transaction: transaction);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        // Right after a write a standby is asked whether it has it.
        await Eventually.TrueAsync(() => connection.ExecuteScalar<int>(Where) == standby);
        Assert.Equal(standby, db.ExplainRouting(Where).Decision.Chosen!.Endpoint.Port);
        Assert.Equal(StatementKind.Write, db.ExplainRouting("DELETE FROM t").Verdict.Kind);
    }

    [Theory]
    [InlineData("SET search_path = pg_catalog")]
    [InlineData("CREATE TEMP TABLE mine (id int)")]
    [InlineData("SELECT set_config('my.tenant', '7', false)")]
    [InlineData("SELECT pg_advisory_lock(1)")]
    [InlineData("SELECT unknown_to_us()")]
    [InlineData("BEGIN TRANSACTION")]
    [InlineData("DO 'BEGIN PERFORM 1; END'")]
    public async Task What_may_leave_something_in_the_session_keeps_the_connection_on_it(string statement)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE FUNCTION unknown_to_us() RETURNS int LANGUAGE sql AS 'SELECT 1'");
        await cluster.WaitForReplayAsync(cluster.Standbys[0]);
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var standby = cluster.Standbys[0].Port;
        Assert.Equal(standby, await connection.ExecuteScalarAsync<int>(Where));

        await connection.ExecuteAsync(statement);
        var backend = await connection.ExecuteScalarAsync<int>("SELECT pg_backend_pid()");

        Assert.Equal(cluster.Primary.Port, await connection.ExecuteScalarAsync<int>(Where));
        Assert.Equal(backend, await connection.ExecuteScalarAsync<int>("SELECT pg_backend_pid()"));
        await connection.CloseAsync();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => connection.ExecuteScalar<int>(Where) == standby);
    }

    [Fact]
    public async Task The_value_of_a_sequence_is_found_on_the_session_that_drew_it()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id serial, n int)");
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);

        for (var i = 1; i <= 3; i++)
        {
            await connection.ExecuteAsync("INSERT INTO t (n) VALUES (@i)", new { i });
            Assert.Equal(i, await connection.ExecuteScalarAsync<int>("SELECT lastval()"));
        }
    }

    [Fact]
    public async Task A_transaction_begun_by_a_statement_ends_by_one()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int)");
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);

        await connection.ExecuteAsync("BEGIN TRANSACTION");
        await connection.ExecuteAsync("INSERT INTO t VALUES (1)");
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("SELECT count(*)::int FROM t"));
        await connection.ExecuteAsync("ROLLBACK WORK");
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("SELECT count(*)::int FROM t"));
        await Eventually.TrueAsync(() => connection.ExecuteScalar<int>(Where) == cluster.Standbys[0].Port);
    }

    [Fact]
    public async Task A_read_that_is_none_runs_on_the_primary_and_is_remembered()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        var log = new RecordedLog();
        await using var db = await Resilient.Over(cluster, log).ReadyAsync();
        await db.WriteAsync("CREATE TABLE t (id int); CREATE FUNCTION liar() RETURNS int STABLE LANGUAGE plpgsql AS $$BEGIN EXECUTE 'INSERT INTO t VALUES (1)'; RETURN 1; EXCEPTION WHEN SQLSTATE '0A000' THEN RETURN 0; END$$");
        await db.WriteAsync("CREATE UNLOGGED TABLE u (id int)");
        await cluster.WaitForReplayAsync(cluster.Standbys[0]);

        Assert.Equal(0L, await ScalarAsync<long>(db.CreateCommand("SELECT count(*) FROM u")));
        Assert.Equal(1, log.Count(3010));
        Assert.Equal(StatementKind.Write, db.ExplainRouting("SELECT count(*) FROM u").Verdict.Kind);
        Assert.Equal(0L, await ScalarAsync<long>(db.CreateCommand("SELECT count(*) FROM u")));
        Assert.Equal(1, log.Count(3010));
    }

    [Fact]
    public async Task Functions_and_views_of_the_cluster_are_known()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 1);
        await SqlAsync(cluster, """
            CREATE SEQUENCE s;
            CREATE FUNCTION steady(int) RETURNS int STABLE LANGUAGE sql AS 'SELECT $1';
            CREATE FUNCTION fickle(int) RETURNS int VOLATILE LANGUAGE sql AS 'SELECT $1';
            CREATE VIEW plain AS SELECT 1 AS x;
            CREATE VIEW writing AS SELECT nextval('s') AS x;
            CREATE VIEW over_writing AS SELECT x + 1 AS x FROM writing;
            CREATE TABLE secured (id int); ALTER TABLE secured ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON secured USING (steady(id) > 0);
            """);
        await using var db = await Resilient.Over(cluster, configure: static b => b.Options.StatementRouting.ReadOnlyFunctions.Add("fick*")).ReadyAsync();
        await using var strict = await Resilient.Over(cluster).ReadyAsync();

        Assert.Equal((StatementKind.Read, false), Judge(strict, "SELECT steady(1)"));
        Assert.Equal((StatementKind.Session, false), Judge(strict, "SELECT fickle(1)"));
        Assert.Equal((StatementKind.Read, false), Judge(db, "SELECT fickle(1)"));
        Assert.Equal((StatementKind.Read, true), Judge(strict, "SELECT x FROM plain"));
        Assert.Equal((StatementKind.Session, false), Judge(strict, "SELECT x FROM writing"));
        Assert.Equal((StatementKind.Session, false), Judge(strict, "SELECT x FROM public.over_writing"));
        Assert.Equal((StatementKind.Read, false), Judge(strict, "SELECT * FROM secured"));
    }

    [Fact]
    public async Task Rules_send_statements_to_servers_with_a_label()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var report = cluster.Standbys[1];
        await using var db = await Resilient.Over(cluster, configure: b =>
        {
            b.Options.Endpoints.Add(new EndpointOptions { Host = report.Host, Port = report.Port, Labels = { ["purpose"] = "report" } });
            b.Options.StatementRouting.Rules.Add(new RoutingRuleOptions { Statement = @"\bmonthly\b", EndpointLabel = "purpose=report" });
            b.Options.StatementRouting.Rules.Add(new RoutingRuleOptions { Label = "report", EndpointLabel = "purpose=report" });
            b.Options.StatementRouting.Rules.Add(new RoutingRuleOptions { Label = "fresh", ReadPreference = ReadPreference.Primary });
        }).ReadyAsync();

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(report.Port, await ScalarAsync<int>(db.CreateCommand(Where + " AS monthly")));
            Assert.Equal(report.Port, await ScalarAsync<int>(db.CreateCommand("-- resilient_postgres:label=report\n" + Where)));
            Assert.Equal(cluster.Primary.Port, await ScalarAsync<int>(db.CreateCommand(Where + " /* resilient_postgres:label=fresh */")));
        }

        await cluster.KillAsync(report);
        await Eventually.TrueAsync(() => db.Of(report).Status != EndpointStatus.Available);
        Assert.Equal(cluster.Standbys.First(s => s != report).Port, await ScalarAsync<int>(db.CreateCommand(Where + " AS monthly")));
    }

    static (StatementKind, bool) Judge(ResilientDataSource db, string sql) => (db.ExplainRouting(sql).Verdict.Kind, db.ExplainRouting(sql).Verdict.IsPure);

    static async Task SqlAsync(PostgresCluster cluster, string sql)
    {
        await using (var db = Resilient.Over(cluster))
        {
            await db.WriteAsync(sql);
        }

        foreach (var standby in cluster.Standbys)
        {
            await cluster.WaitForReplayAsync(standby);
        }
    }

    static async Task<T> ScalarAsync<T>(ResilientCommand command)
    {
        await using (command)
        {
            return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        }
    }
}
