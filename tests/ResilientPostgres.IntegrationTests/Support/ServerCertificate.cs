using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Support;

/// <summary>A certificate of 127.0.0.1, signed by itself, and other files that a test's servers read.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
sealed class ServerCertificate : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tls-");

    string Certificate => Path.Combine(_folder.FullName, "server.crt");

    string Key => Path.Combine(_folder.FullName, "server.key");

    public void Dispose() => _folder.Delete(recursive: true);

    internal async Task CreateAsync()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(Certificate, made.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Key, rsa.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await GiveAwayAsync(Certificate, Key);
    }

    internal void Use(PostgresClusterOptions options)
    {
        options.Settings["ssl"] = "on";
        options.Settings["ssl_cert_file"] = Certificate;
        options.Settings["ssl_key_file"] = Key;
    }

    /// <summary>Another file beside it, for the servers to read.</summary>
    internal async Task<string> AddAsync(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        await GiveAwayAsync(path);
        return path;
    }

    /// <summary>As root, the servers run as somebody else, and a key must belong to who uses it.</summary>
    async Task GiveAwayAsync(params string[] files)
    {
        if (Environment.UserName == "root")
        {
            File.SetUnixFileMode(_folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
            using var chown = Process.Start("chown", ["postgres", .. files]);
            await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }
}
