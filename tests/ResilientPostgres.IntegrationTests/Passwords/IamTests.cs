using Amazon.Runtime;
using ResilientPostgres.Iam;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Passwords;

/// <summary>
/// Tokens as passwords of a real server over TLS, in clear text inside it as on RDS. The server can't check a signature; it knows the token that it should be sent.
/// </summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class IamTests : IDisposable
{
    const string Region = "eu-central-1";
    const string Rules = "hostssl all app 127.0.0.1/32 password\nhostnossl all app 127.0.0.1/32 reject\nhost all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n";

    static readonly BasicAWSCredentials _credentials = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

    readonly ServerCertificate _certificate = new();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task A_token_logs_in_pool_and_monitor_and_a_refused_one_is_replaced()
    {
        RequirePostgres.Check();
        await _certificate.CreateAsync();
        var rules = await _certificate.AddAsync("hba.conf", Rules);
        await using var cluster = await RequirePostgres.StartClusterAsync(o =>
        {
            (o.Standbys, o.Password) = (0, SecretStore.First);
            o.Settings["hba_file"] = rules;
            _certificate.Use(o);
        });
        var time = new SetClock { UtcNow = new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero) };
        await ExpectAsync(cluster, time.UtcNow);

        await using var db = await Resilient.Over(SecretStore.Without(cluster).Replace("SSL Mode=Disable", "SSL Mode=Require", StringComparison.Ordinal), configure: b => b
            .UseTimeProvider(time)
            .UseIamAuthentication(static o => (o.Region, o.Credentials) = (Region, _credentials))).ReadyAsync();
        await db.WriteAsync("CREATE TABLE made_by_a_token ()");
        Assert.True(await db.ReadAsync<bool>("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", ReadPreference.Primary));

        time.UtcNow = time.UtcNow.AddHours(1);
        await ExpectAsync(cluster, time.UtcNow);
        await Sql.ExecuteAsync(cluster.Primary, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'app'");
        await db.WriteAsync("DROP TABLE IF EXISTS made_by_a_token", OperationSafety.Idempotent);
        await Eventually.TrueAsync(() => db.Topology.Current is { Primary: not null }, () => db.Topology.ToString());
    }

    static async Task ExpectAsync(PostgresCluster cluster, DateTimeOffset at)
    {
        var endpoint = new Endpoint(cluster.Primary.Host, cluster.Primary.Port);
        var token = RdsToken.Sign(endpoint, Region, "app", await _credentials.GetCredentialsAsync(), at);
        await Sql.ExecuteAsync(cluster.Primary, $"ALTER ROLE app PASSWORD '{token}'");
    }

    /// <summary>The system's clock, but for the date.</summary>
    sealed class SetClock : TimeProvider
    {
        internal required DateTimeOffset UtcNow { get; set; }

        public override DateTimeOffset GetUtcNow() => UtcNow;
    }
}
