using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Dns;

public sealed class CertificateTests
{
    [Fact]
    public async Task The_address_is_dialled_and_the_name_is_verified()
    {
        using var authority = new PrivateCertificateAuthority();
        using var right = authority.Issue("db.test");
        using var other = authority.Issue("other.test", "127.0.0.42");
        await using var cluster = await NamedCluster.StartAsync(standbys: 1, o =>
        {
            o.RequireTls = true;
            o.Certificates.Add(right);
            o.Certificates.Add(other);
        });
        cluster.Lead("db.test", cluster[0], cluster[1]);
        await using var db = cluster.Open("db.test", configure: b => Verify(b, authority));

        await db.WriteAsync("CREATE TABLE t (id int)");
        Assert.True(await db.ReadAsync<bool>("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"));

        // Its certificate is good for its address, which nobody asked for.
        await UntilRefusedAsync(db, cluster[1], "db.test");
        Assert.Equal(EndpointStatus.Misconfigured, db.At(cluster[1])!.Status);
    }

    [Fact]
    public async Task A_wrong_name_is_refused_and_the_call_says_so()
    {
        using var authority = new PrivateCertificateAuthority();
        using var certificate = authority.Issue("db.test", "127.0.0.41");
        await using var cluster = await NamedCluster.StartAsync(standbys: 0, o => o.Certificates.Add(certificate));
        cluster.Lead("wrong.test", cluster[0]);
        await using var db = cluster.Open("wrong.test", configure: b =>
        {
            Verify(b, authority);
            b.Options.TotalTimeout = b.Options.AttemptTimeout = 2 * NamedCluster.Second;
        });

        _ = db.Explain();
        await UntilRefusedAsync(db, cluster[0], "wrong.test");
        var refused = await Assert.ThrowsAsync<NoSuitableEndpointException>(() => db.WriteAsync("CREATE TABLE t (id int)"));
        Assert.Contains("its certificate is not accepted for 'wrong.test'", refused.Message, StringComparison.Ordinal);
    }

    static Task UntilRefusedAsync(ResilientDataSource db, PostgresServer server, string name) => Eventually.TrueAsync(
        () => db.At(server)?.Reason?.StartsWith($"its certificate is not accepted for '{name}'", StringComparison.Ordinal) == true,
        () => db.Topology.ToString());

    static void Verify(ResilientDataSourceBuilder builder, PrivateCertificateAuthority authority) =>
        builder.Options.ConnectionString = new NpgsqlConnectionStringBuilder(builder.Options.ConnectionString)
        {
            SslMode = SslMode.VerifyFull,
            RootCertificate = authority.File,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
}
