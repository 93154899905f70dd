using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Faults;

/// <summary>Real failures, each with its kind, its effect, and what is done about it.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData(OperationSafety.ReadOnly)]
    [InlineData(OperationSafety.Idempotent)]
    public async Task A_terminated_session_is_repeated_where_that_is_safe(OperationSafety safety)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var runs = 0;

        Assert.Equal(2, await RunAsync(db, safety, (c, ct) => EndOnceAsync(c, ++runs, ct)));

        Assert.Equal(EndpointStatus.Available, db.Of(cluster.Primary).Status);
        Assert.Equal(1, db.Of(cluster.Primary).Generation);
    }

    [Fact]
    public async Task A_terminated_session_of_another_write_is_unknown()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var runs = 0;

        var error = await Assert.ThrowsAsync<OutcomeUnknownException>(() => RunAsync(db, OperationSafety.NonIdempotent, (c, ct) => EndOnceAsync(c, ++runs, ct)));

        var attempt = Assert.Single(error.Attempts);
        Assert.Equal((FaultKind.ConnectionLost, FaultEffect.Unknown, FaultPhase.Execute), (attempt.Kind, attempt.Effect, attempt.Phase));
        Assert.Equal(EndpointStatus.Available, db.Of(cluster.Primary).Status);
    }

    [Theory]
    [InlineData(StopMode.Fast)]
    [InlineData(StopMode.Immediate)]
    public async Task A_restart_under_a_read_is_waited_for(StopMode mode)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var runs = 0;

        var read = RunAsync(db, OperationSafety.ReadOnly, (c, ct) => Resilient.ScalarAsync<int>(c, ++runs == 1 ? "SELECT 1 FROM pg_sleep(20)" : "SELECT 2", ct));
        await Eventually.TrueAsync(() => runs == 1 && db.Of(cluster.Primary).InFlight == 1);
        await cluster.RestartAsync(cluster.Primary, mode, TestContext.Current.CancellationToken);

        Assert.Equal(2, await read);
        Assert.True(db.Of(cluster.Primary).Generation > 1);
    }

    [Fact]
    public async Task A_crashed_backend_takes_all_sessions_along()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var pids = new int[3];
        var runs = new int[3];
        var reads = Enumerable.Range(0, 3).Select(i => RunAsync(db, OperationSafety.ReadOnly, (c, ct) =>
        {
            pids[i] = c.ProcessID;
            return Resilient.ScalarAsync<int>(c, ++runs[i] == 1 ? "SELECT 1 FROM pg_sleep(20)" : "SELECT 2", ct);
        })).ToArray();
        await Eventually.TrueAsync(() => runs.All(static r => r == 1) && db.Of(cluster.Primary).InFlight == 3);

        System.Diagnostics.Process.GetProcessById(pids[0]).Kill();

        var results = await Task.WhenAll(reads);
        Assert.Equal([2, 2, 2], results);
    }

    [Theory]
    [InlineData("127.0.0.1:1")]
    [InlineData("nowhere.invalid")]
    public async Task A_host_that_is_not_there_does_not_disturb_the_others(string host)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        var hosts = new NpgsqlConnectionStringBuilder(cluster.ConnectionString);
        hosts.Host += "," + host;
        await using var db = Resilient.Over(hosts.ConnectionString);

        await db.WriteAsync("SELECT 1");

        var missing = db.Topology.Current.Endpoints.Single(e => e.Endpoint.Port != cluster.Primary.Port);
        Assert.Equal(EndpointStatus.Unreachable, missing.Status);
    }

    [Theory]
    [InlineData("SET statement_timeout = 50; SELECT pg_sleep(5)", "57014")]
    [InlineData("SELECT 1 / 0", "22012")]
    [InlineData("DO $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = 'XX000'; END $$", "XX000")]
    [InlineData("DO $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = '53300'; END $$", "53300")]
    [InlineData("BEGIN READ ONLY; CREATE TABLE refused ()", "25006")]
    public async Task What_the_server_refuses_passes_through_and_takes_nothing_out(string sql, string code)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var runs = 0;

        for (var i = 0; i < 30; i++)
        {
            var error = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(db, OperationSafety.NonIdempotent, (c, ct) =>
            {
                runs++;
                return Resilient.ScalarAsync<int>(c, sql, ct);
            }));
            Assert.Equal(code, error.SqlState);
            if (code == "57014")
            {
                break;
            }
        }

        Assert.Equal(code == "57014" ? 1 : 30, runs);
        Assert.Equal(EndpointStatus.Available, db.Of(cluster.Primary).Status);
        Assert.NotNull(db.Explain(ReadPreference.Primary).Chosen);
        Assert.Equal(7, await db.ReadAsync<int>("SELECT 7", ReadPreference.Primary));
    }

    [Fact]
    public async Task A_wrong_password_is_the_servers_word_at_once()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => (o.Standbys, o.Password) = (0, "right"));
        var wrong = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Password = "wrong" };
        await using var db = Resilient.Over(wrong.ConnectionString);

        var error = await Assert.ThrowsAsync<NoSuitableEndpointException>(() => db.WriteAsync("SELECT 1"));

        Assert.False(error.IsTransient);
        Assert.Contains("28P01", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exhausted_pool_is_not_asked_again()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var db = await Resilient.Over(cluster.ConnectionString + ";Maximum Pool Size=2;Timeout=1").ReadyAsync();
        await using var held = await db.OpenNpgsqlConnectionAsync(ReadPreference.Primary, TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<CallFailedException>(() => db.WriteAsync("SELECT 1"));

        var attempt = Assert.Single(error.Attempts);
        Assert.Equal((FaultKind.Overloaded, FaultPhase.Open, FaultEffect.NotApplied), (attempt.Kind, attempt.Phase, attempt.Effect));
        Assert.Equal(EndpointStatus.Available, db.Of(cluster.Primary).Status);
    }

    static async Task<int> RunAsync(ResilientDataSource db, OperationSafety safety, Func<NpgsqlConnection, CancellationToken, Task<int>> work) =>
        safety == OperationSafety.ReadOnly
            ? await db.ReadAsync(work, ReadPreference.Primary, TestContext.Current.CancellationToken)
            : await db.WriteAsync(work, safety, TestContext.Current.CancellationToken);

    static async Task<int> EndOnceAsync(NpgsqlConnection connection, int run, CancellationToken cancellationToken)
    {
        if (run == 1)
        {
            await Resilient.ScalarAsync<bool>(connection, "SELECT pg_terminate_backend(pg_backend_pid())", cancellationToken);
        }

        return run;
    }
}
