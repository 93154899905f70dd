using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Dns;

/// <summary>Which server, where all share a port.</summary>
static class AtServer
{
    internal static EndpointSnapshot? At(this ResilientDataSource db, PostgresServer server) =>
        db.Topology.Current.Endpoints.LastOrDefault(e => (e.Endpoint.Address ?? e.Endpoint.Host) == server.Host);

    internal static bool IsPrimaryAt(this ResilientDataSource db, PostgresServer server) =>
        db.Topology.Current.Primary is { } primary && (primary.Endpoint.Address ?? primary.Endpoint.Host) == server.Host;

    internal static Task UntilPrimaryAtAsync(this ResilientDataSource db, PostgresServer server) =>
        Eventually.TrueAsync(() => db.IsPrimaryAt(server), () => db.Topology.ToString());

    internal static Task<string> AddressAsync(this ResilientDataSource db, ReadPreference? preference = null) =>
        db.ReadAsync<string>("SELECT host(inet_server_addr())", preference);
}
