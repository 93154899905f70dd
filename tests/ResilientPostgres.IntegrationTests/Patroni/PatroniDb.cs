using Npgsql;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Patroni;

/// <summary>Data sources that know one member of a Patroni cluster, and have to find the others.</summary>
static class PatroniDb
{
    internal static ResilientDataSource Over(PatroniCluster cluster, RecordedLog? log = null, Action<PatroniOptions>? configure = null, Action<ResilientDataSourceBuilder>? build = null)
    {
        var first = cluster.Members[0];
        var text = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Host = $"{first.Host}:{first.Port}" }.ConnectionString;
        return Resilient.Over(text, log, builder =>
        {
            builder.UsePatroni(options =>
            {
                options.Interval = TimeSpan.FromSeconds(1);
                configure?.Invoke(options);
                if (options.Urls.Count == 0)
                {
                    options.Urls.Add(first.RestUrl);
                }
            });
            build?.Invoke(builder);
        });
    }

    /// <summary>All running members found, a leader confirmed, the others streaming.</summary>
    internal static async Task<ResilientDataSource> ReadyAsync(this ResilientDataSource db, PatroniCluster cluster)
    {
        _ = db.Explain();
        var running = cluster.Members.Count(static m => m.IsRunning);
        await Eventually.TrueAsync(() => db.Topology.Current.Endpoints.Count(static e => e.Status == EndpointStatus.Available) >= running, () => db.Topology.ToString());
        return await Resilient.ReadyAsync(db);
    }

    internal static EndpointSnapshot? Find(this ResilientDataSource db, PatroniMember member) =>
        db.Topology.Current.Endpoints.FirstOrDefault(e => e.Endpoint.Port == member.Port);

    internal static Task UntilAsync(this ResilientDataSource db, PatroniMember member, EndpointRole role, EndpointStatus status = EndpointStatus.Available) =>
        Eventually.TrueAsync(() => db.Find(member) is { } found && found.Role == role && found.Status == status, () => $"{member} as {role}: {db.Topology}");

    /// <summary>The dump shows a text.</summary>
    internal static Task ShowsAsync(this ResilientDataSource db, string text) =>
        Eventually.TrueAsync(() => db.Topology.ToString().Contains(text, StringComparison.Ordinal), () => $"'{text}' in {db.Topology}");
}
