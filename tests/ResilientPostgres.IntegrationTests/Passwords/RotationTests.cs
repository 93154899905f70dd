using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Passwords;

/// <summary>Passwords from a provider, changed while the application runs.</summary>
public sealed class RotationTests
{
    readonly SecretStore _store = new();

    [Fact]
    public async Task A_rotated_password_costs_each_server_one_refresh_and_no_call()
    {
        await using var cluster = await SecretStore.StartClusterAsync(standbys: 1);
        await using var db = await OverAsync(cluster);
        Assert.Equal(2, _store.Requests.Count); // One for each server, whatever number of sessions and pools.
        Assert.All(_store.Requests, static r => Assert.Equal("app", r.Username));

        await _store.RotateAsync(cluster, "second");
        await cluster.WaitForReplayAsync(cluster.Standbys[0]);
        await OpenManyAsync(db, ReadPreference.Primary);
        await OpenManyAsync(db, ReadPreference.Standby);
        await db.WriteAsync("SELECT 1");

        Assert.Equal(1, _store.RenewalsOf(cluster.Primary));
        Assert.Equal(1, _store.RenewalsOf(cluster.Standbys[0]));
        Assert.Equal(4, _store.Requests.Count);
        Assert.All(db.Topology.Current.Endpoints, static e => Assert.Equal(EndpointStatus.Available, e.Status));
    }

    [Fact]
    public async Task Synchronous_opens_follow_too()
    {
        await using var cluster = await SecretStore.StartClusterAsync(standbys: 0);
        await using var db = await OverAsync(cluster);
        await _store.RotateAsync(cluster, "second");

        await Task.Run(() =>
        {
            var connections = Enumerable.Range(0, 6).Select(_ => db.OpenConnection()).ToList();
            foreach (var connection in connections)
            {
                using var command = connection.CreateCommand();
                command.CommandText = "CREATE TEMP TABLE kept ()"; // Each keeps a session of its own.
                command.ExecuteNonQuery();
            }

            connections.ForEach(static c => c.Dispose());
        });

        Assert.Equal(1, _store.RenewalsOf(cluster.Primary));
    }

    [Fact]
    public async Task The_monitors_session_follows_and_the_server_is_never_given_up()
    {
        await using var cluster = await SecretStore.StartClusterAsync(standbys: 1);
        var log = new RecordedLog();
        await using var db = await OverAsync(cluster, log);
        await _store.RotateAsync(cluster, "second");
        await cluster.WaitForReplayAsync(cluster.Standbys[0]);

        await EndSessionsAsync(cluster); // The monitor's as well.
        await Eventually.TrueAsync(() => _store.Requests.Count == 4, () => $"{_store.Requests.Count} requests");
        await db.WriteAsync("SELECT 1", OperationSafety.Idempotent);

        Assert.All(db.Topology.Current.Endpoints, static e => Assert.NotEqual(EndpointStatus.Misconfigured, e.Status));
        Assert.Equal(0, log.Count(2002));
        Assert.Equal(2, log.Count(2021));
    }

    [Fact]
    public async Task Under_load_no_read_and_no_write_fails()
    {
        await using var cluster = await SecretStore.StartClusterAsync(standbys: 1);
        await using var db = await OverAsync(cluster, more: ";Connection Lifetime=1", pause: TimeSpan.FromSeconds(1));
        await using var work = await Workload.StartAsync(db);
        await work.WritesAsync(50);

        for (var i = 0; i < 3; i++)
        {
            var (atPrimary, atStandby) = (_store.RenewalsOf(cluster.Primary), _store.RenewalsOf(cluster.Standbys[0]));
            await _store.RotateAsync(cluster, $"secret {i}");
            await Eventually.TrueAsync(
                () => _store.RenewalsOf(cluster.Primary) > atPrimary && _store.RenewalsOf(cluster.Standbys[0]) > atStandby,
                () => $"{_store.Requests.Count} requests. {db.Topology}");
            await work.WritesAsync(100);
            await work.ReadsAsync(100);
            await Task.Delay(1000, TestContext.Current.CancellationToken); // The pause after a refresh.
        }

        await work.AssertCleanAsync();
        Assert.Equal(3, _store.RenewalsOf(cluster.Primary));
        Assert.Equal(3, _store.RenewalsOf(cluster.Standbys[0]));
    }

    [Fact]
    public async Task A_wrong_secret_fails_clearly_and_hammers_neither_the_store_nor_the_server()
    {
        await using var cluster = await SecretStore.StartClusterAsync(standbys: 0);
        _store.Secret = "wrong";
        await using var db = Resilient.Over(SecretStore.Without(cluster), configure: b => b.UsePasswordProvider(_store.ProvideAsync));
        var error = await Assert.ThrowsAsync<NoSuitableEndpointException>(() => db.WriteAsync("SELECT 1"));
        Assert.Contains("28P01", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);

        for (var i = 0; i < 50; i++)
        {
            await Assert.ThrowsAnyAsync<ResilientPostgresException>(() => db.WriteAsync("SELECT 1"));
        }

        Assert.Equal(2, _store.Requests.Count); // The first, and one because it was refused.
        Assert.Equal(2, SecretStore.RefusedLogins(cluster.Primary));
    }

    [Fact]
    public async Task A_secret_that_turns_wrong_fails_new_sessions_only_and_is_found_again()
    {
        await using var cluster = await SecretStore.StartClusterAsync(standbys: 0);
        await using var db = await OverAsync(cluster, pause: TimeSpan.FromSeconds(1));
        await using var held = await db.OpenNpgsqlConnectionAsync(ReadPreference.Primary);
        await Sql.ExecuteAsync(cluster.Primary, "ALTER ROLE app PASSWORD 'second'"); // The store does not know it.

        var error = await Assert.ThrowsAnyAsync<NpgsqlException>(() => OpenManyAsync(db, ReadPreference.Primary));
        Assert.Contains("28P01", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Resilient.ScalarAsync<int>(held, "SELECT 1", TestContext.Current.CancellationToken));
        for (var i = 0; i < 20; i++)
        {
            var again = await Assert.ThrowsAnyAsync<NpgsqlException>(() => OpenManyAsync(db, ReadPreference.Primary));
            Assert.Contains("28P01", again.Message, StringComparison.Ordinal);
        }

        var (renewals, logins) = (_store.RenewalsOf(cluster.Primary), SecretStore.RefusedLogins(cluster.Primary));
        Assert.InRange(renewals, 1, 4); // Once a second.
        Assert.InRange(logins, 2, 40);

        _store.Secret = "second";
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        await OpenManyAsync(db, ReadPreference.Primary);
        Assert.Equal(EndpointStatus.Available, db.Of(cluster.Primary).Status);
    }

    [Fact]
    public async Task A_store_that_fails_says_so_and_takes_no_server_out()
    {
        await using var cluster = await SecretStore.StartClusterAsync(standbys: 0);
        var isDown = false;
        await using var db = await Resilient.Over(
            SecretStore.Without(cluster),
            configure: b => b.UsePasswordProvider(
                (request, token) => isDown ? throw new IOException("the store is down") : _store.ProvideAsync(request, token),
                static o => o.Lifetime = TimeSpan.FromSeconds(1))).ReadyAsync();
        isDown = true;
        await Task.Delay(1100, TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAnyAsync<NpgsqlException>(() => OpenManyAsync(db, ReadPreference.Primary));
        Assert.Contains("the store is down", error.Message, StringComparison.Ordinal);
        Assert.Equal(EndpointStatus.Available, db.Of(cluster.Primary).Status);

        isDown = false;
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        await OpenManyAsync(db, ReadPreference.Primary);
    }

    [Fact]
    public async Task Without_a_provider_a_refused_password_is_refused_as_ever()
    {
        await using var cluster = await SecretStore.StartClusterAsync(standbys: 0);
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        await Sql.ExecuteAsync(cluster.Primary, "ALTER ROLE app PASSWORD 'second'");
        var error = await Assert.ThrowsAsync<PostgresException>(() => OpenManyAsync(db, ReadPreference.Primary));
        Assert.Equal("28P01", error.SqlState);
    }

    Task<ResilientDataSource> OverAsync(PostgresCluster cluster, RecordedLog? log = null, string more = "", TimeSpan? pause = null) =>
        Resilient.Over(
            SecretStore.Without(cluster) + more,
            log,
            b => b.UsePasswordProvider(_store.ProvideAsync, o => o.RefusedPause = pause ?? o.RefusedPause)).ReadyAsync();

    /// <summary>More at once than the pool has idle.</summary>
    static async Task OpenManyAsync(ResilientDataSource db, ReadPreference preference)
    {
        var opened = new List<NpgsqlConnection>();
        try
        {
            foreach (var opening in Enumerable.Range(0, 12).Select(_ => db.OpenNpgsqlConnectionAsync(preference, TestContext.Current.CancellationToken).AsTask()).ToArray())
            {
                opened.Add(await opening);
            }
        }
        finally
        {
            foreach (var connection in opened)
            {
                await connection.DisposeAsync();
            }
        }
    }

    static async Task EndSessionsAsync(PostgresCluster cluster)
    {
        foreach (var server in cluster.Servers)
        {
            await Sql.ExecuteAsync(server, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'app'");
        }
    }
}
