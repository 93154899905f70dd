using System.Security.Authentication;
using Npgsql;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Servers;

public sealed class TlsTests
{
    [Fact]
    public async Task Servers_present_their_certificates_and_refuse_plain_sessions()
    {
        using var authority = new PrivateCertificateAuthority();
        using var other = new PrivateCertificateAuthority();
        using var named = authority.Issue("db.test", "127.0.0.31");
        using var wrong = authority.Issue("db.test", "127.0.0.99");
        using var expired = authority.IssueExpired("127.0.0.33");
        await using var cluster = await RequirePostgres.StartClusterAsync(options =>
        {
            options.Standbys = 2;
            options.RequireTls = true;
            foreach (var (certificate, address) in new[] { (named, "127.0.0.31"), (wrong, "127.0.0.32"), (expired, "127.0.0.33") })
            {
                options.Certificates.Add(certificate);
                options.Addresses.Add(address);
            }
        });

        Assert.True(await IsEncryptedAsync(cluster.Servers[0], SslMode.VerifyFull, authority));
        await RefusedAsync(cluster.Servers[0], SslMode.VerifyFull, other);
        await RefusedAsync(cluster.Servers[1], SslMode.VerifyFull, authority);
        Assert.True(await IsEncryptedAsync(cluster.Servers[1], SslMode.VerifyCA, authority));
        await RefusedAsync(cluster.Servers[2], SslMode.VerifyFull, authority);

        var plain = await Assert.ThrowsAsync<PostgresException>(() => IsEncryptedAsync(cluster.Servers[0], SslMode.Disable, authority));
        Assert.Equal(PostgresErrorCodes.InvalidAuthorizationSpecification, plain.SqlState);

        // The harness goes on working.
        await cluster.SwitchoverAsync(cluster.Servers[1], TestContext.Current.CancellationToken);
        Assert.True(await IsEncryptedAsync(cluster.Servers[0], SslMode.VerifyFull, authority));
    }

    static async Task RefusedAsync(PostgresServer server, SslMode mode, PrivateCertificateAuthority authority)
    {
        var exception = await Assert.ThrowsAnyAsync<NpgsqlException>(() => IsEncryptedAsync(server, mode, authority));
        Assert.IsType<AuthenticationException>(exception.InnerException);
    }

    static Task<bool> IsEncryptedAsync(PostgresServer server, SslMode mode, PrivateCertificateAuthority authority)
    {
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Username = "app",
            Database = "app",
            SslMode = mode,
            RootCertificate = mode == SslMode.Disable ? null : authority.File,
            GssEncryptionMode = GssEncryptionMode.Disable,
        };
        return Sql.ScalarAsync<bool>(settings.ConnectionString, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    }
}
