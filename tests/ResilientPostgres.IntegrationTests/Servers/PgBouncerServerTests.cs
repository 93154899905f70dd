using Npgsql;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Servers;

public sealed class PgBouncerServerTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_pauses_and_leads_elsewhere()
    {
        RequirePart.PgBouncer();
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 1);
        var start = TimeProvider.System.GetTimestamp();
        var databases = new Dictionary<string, Backend> { ["app"] = Backend.Of(cluster.Servers[0]), ["app_ro"] = Backend.Of(cluster.Servers[1]) };
        await using var bouncer = await PgBouncerServer.StartAsync(databases, cancellationToken: Cancelled);
        TestContext.Current.TestOutputHelper!.WriteLine($"started in {TimeProvider.System.GetElapsedTime(start)}");

        const string PortOf = "SELECT inet_server_port()";
        Assert.Equal(cluster.Servers[0].Port, await Sql.ScalarAsync<int>(bouncer.ConnectionStringOf(), PortOf));
        Assert.Equal(cluster.Servers[1].Port, await Sql.ScalarAsync<int>(bouncer.ConnectionStringOf("app_ro"), PortOf));

        await bouncer.PauseAsync("app", Cancelled);
        var waiting = Sql.ScalarAsync<int>(bouncer.ConnectionStringOf(), PortOf);
        await Until.TrueAsync(async () => (await bouncer.AdministerAsync("SHOW POOLS", Cancelled)).Any(row => row[0] == "app" && row[3] == "1"), "a client waits");
        Assert.False(waiting.IsCompleted);
        await bouncer.RetargetAsync("app", Backend.Of(cluster.Servers[1]), Cancelled);
        await bouncer.ResumeAsync("app", Cancelled);
        Assert.Equal(cluster.Servers[1].Port, await waiting);

        await bouncer.FreezeAsync(Cancelled);
        await Frozen.IsFrozenAsync(bouncer.ConnectionStringOf());
        bouncer.Thaw();
        await bouncer.KillAsync(Cancelled);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Sql.ScalarAsync<int>(bouncer.ConnectionStringOf(), PortOf));
        await bouncer.StartAsync(Cancelled);
        Assert.Equal(cluster.Servers[1].Port, await Sql.ScalarAsync<int>(bouncer.ConnectionStringOf(), PortOf));
        await bouncer.ShutdownAsync(Cancelled);
        Assert.False(bouncer.IsRunning);
    }

    [Fact]
    public async Task It_limits_clients_and_their_wait_and_speaks_TLS()
    {
        RequirePart.PgBouncer();
        using var authority = new PrivateCertificateAuthority();
        using var certificate = authority.Issue("127.0.0.1");
        await using var cluster = await RequirePostgres.StartClusterAsync(options => options.Standbys = 0);
        var options = new PgBouncerOptions { MaxClients = 2, PoolSize = 1, QueryWaitTimeout = TimeSpan.FromSeconds(1), Certificate = certificate };
        await using var bouncer = await PgBouncerServer.StartAsync(Backend.Of(cluster.Primary), options, Cancelled);
        var settings = bouncer.ConnectionStringOf() + $";Pooling=false;SSL Mode=VerifyFull;Root Certificate={authority.File}";
        await using var source = NpgsqlDataSource.Create(settings);

        await using var first = await source.OpenConnectionAsync(Cancelled);
        await using var busy = await first.BeginTransactionAsync(Cancelled);
        await using (var command = new NpgsqlCommand("SELECT 1", first))
        {
            await command.ExecuteScalarAsync(Cancelled);
        }

        var exception = await Assert.ThrowsAsync<PostgresException>(() => Sql.ScalarAsync<int>(settings, "SELECT 1"));
        Assert.Equal(("08P01", "query_wait_timeout"), (exception.SqlState, exception.MessageText));
    }
}
