using System.Diagnostics;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Faults;

/// <summary>A session under TLS is cut off like any other.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class TlsAbortTests : IDisposable
{
    readonly ServerCertificate _certificate = new();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task A_call_on_a_frozen_server_is_released_and_the_pool_serves_again()
    {
        RequirePostgres.Check();
        await _certificate.CreateAsync();
        await using var cluster = await RequirePostgres.StartClusterAsync(o =>
        {
            o.Standbys = 1;
            _certificate.Use(o);
        });
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        await using var db = await Resilient.Over(Resilient.Through(cluster, (cluster.Primary, proxy)) + ";SSL Mode=Require").ReadyAsync();
        Assert.True(await db.ReadAsync<bool>("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", ReadPreference.Primary));
        var runs = 0;

        var since = Stopwatch.StartNew();
        var read = db.ReadAsync((c, ct) => Resilient.ScalarAsync<bool>(c, ++runs == 1 ? "SELECT true FROM pg_sleep(20)" : "SELECT pg_is_in_recovery()", ct), ReadPreference.PreferPrimary);
        await Eventually.TrueAsync(() => runs == 1);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        proxy.Freeze();

        Assert.True(await read);
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(6), $"{since.ElapsedMilliseconds} ms");

        proxy.Thaw();
        await Eventually.TrueAsync(() => db.Topology.Current.Primary is not null);
        await db.WriteAsync("SELECT 1");
    }
}
