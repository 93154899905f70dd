using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Faults;

/// <summary>A session under TLS is cut off like any other.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class TlsAbortTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tls-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_call_on_a_frozen_server_is_released_and_the_pool_serves_again()
    {
        RequirePostgres.Check();
        var (certificate, key) = await CreateAsync();
        await using var cluster = await RequirePostgres.StartClusterAsync(o =>
        {
            o.Standbys = 1;
            o.Settings["ssl"] = "on";
            o.Settings["ssl_cert_file"] = certificate;
            o.Settings["ssl_key_file"] = key;
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

    async Task<(string Certificate, string Key)> CreateAsync()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var certificate = Path.Combine(_folder.FullName, "server.crt");
        var key = Path.Combine(_folder.FullName, "server.key");
        await File.WriteAllTextAsync(certificate, made.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(key, rsa.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (Environment.UserName == "root")
        {
            // The servers run as somebody else then, and a key must belong to who uses it.
            File.SetUnixFileMode(_folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
            using var chown = Process.Start("chown", ["postgres", certificate, key]);
            await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        return (certificate, key);
    }
}
