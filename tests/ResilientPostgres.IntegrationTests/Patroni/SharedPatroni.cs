using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Patroni;

/// <summary>One cluster for tests that change no roles: two plain members and one with all tags, behind TLS of a private authority.</summary>
public sealed class SharedPatroni : IAsyncLifetime
{
    PatroniCluster? _cluster;

    public PrivateCertificateAuthority Authority { get; } = new();

    /// <summary>Skips the test where there is no Patroni.</summary>
    internal PatroniCluster Cluster
    {
        get
        {
            Servers.RequirePart.Patroni();
            return _cluster!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (PatroniCluster.Missing is null)
        {
            var options = new PatroniClusterOptions { RestCertificate = Authority.Issue("127.0.0.1") };
            options.Tags["pg1"] = new PatroniTags(Zone: "north");
            options.Tags["pg2"] = new PatroniTags(Zone: "south");
            options.Tags["pg3"] = new PatroniTags(NoFailover: true, NoLoadBalance: true, CloneFrom: true, Zone: "south");
            _cluster = await PatroniCluster.StartAsync(options, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        Authority.Dispose();
    }
}
