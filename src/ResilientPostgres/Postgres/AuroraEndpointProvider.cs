using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Npgsql;
using ResilientPostgres.Discovery;
using ResilientPostgres.Endpoints;

namespace ResilientPostgres.Postgres;

/// <summary>
/// The instances of an Aurora cluster, as any of them lists them by <c>aurora_replica_status()</c>; each is reached by its own name, so that the names of the cluster, which follow a failover late, are needed only
/// to begin with. Modelled on the documented functions.
/// </summary>
sealed class AuroraEndpointProvider(string? instanceHostPattern) : IListsServers
{
    /// <summary>A row that is older is an instance that has gone; the writer's own may have no date.</summary>
    const string Text =
        """
        SELECT a.server_id, a.session_id OPERATOR(pg_catalog.=) 'MASTER_SESSION_ID', a.replica_lag_in_msec::pg_catalog.float8
          FROM pg_catalog.aurora_replica_status() a
         WHERE a.session_id OPERATOR(pg_catalog.=) 'MASTER_SESSION_ID'
            OR a.last_update_timestamp IS NULL
            OR a.last_update_timestamp OPERATOR(pg_catalog.>) (pg_catalog.now() OPERATOR(pg_catalog.-) '5 minutes'::pg_catalog.interval)
        """;

    public string Name => "Aurora";

    public async Task<EndpointListing> ListAsync(EndpointQuery query, CancellationToken cancellationToken)
    {
        var (instances, by) = await ServerAnswer.FromAnyAsync(query, ReadAsync, cancellationToken).ConfigureAwait(false);
        return new EndpointListing([.. instances.Select(i => ToListed(i, HostOf(query.Seeds, i.Id), by.Port))]) { Note = $"told by {by.Name}" };
    }

    static async Task<ImmutableArray<(string Id, bool IsWriter, double? Lag)>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(Text, connection);
        var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            var instances = ImmutableArray.CreateBuilder<(string, bool, double?)>();
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                instances.Add((rows.GetString(0), rows.GetBoolean(1), rows.IsDBNull(2) ? null : rows.GetDouble(2)));
            }

            return instances.ToImmutable();
        }
    }

    string HostOf(ImmutableArray<Endpoint> seeds, string id) =>
        instanceHostPattern?.Replace("?", id, StringComparison.Ordinal)
        ?? seeds.Select(static s => RdsHostName.Parse(s.Host)).FirstOrDefault(static n => n is { Kind: not RdsHostKind.Global })?.OfInstance(id)
        ?? throw new InvalidOperationException(
            $"The host name of instance '{id}' can't be told from '{string.Join(", ", seeds.Select(static s => s.Host))}', which is no name of RDS. Give the form of the instances' names: UseAurora(\"?.example.com\").");

    static ListedEndpoint ToListed((string Id, bool IsWriter, double? Lag) instance, string host, int port) =>
        new(new Endpoint(host, port, labels: new Dictionary<string, string> { ["instance"] = instance.Id }.ToFrozenDictionary()))
        {
            Role = instance.IsWriter ? EndpointRole.Primary : EndpointRole.Standby,
            Note = instance.IsWriter ? null : instance.Lag is { } lag ? string.Create(CultureInfo.InvariantCulture, $"lag {lag:F0} ms") : "lag unknown",
        };
}
