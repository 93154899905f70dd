using System.Collections.Immutable;
using Npgsql;
using ResilientPostgres.Discovery;

namespace ResilientPostgres.Postgres;

/// <summary>The three instances of an RDS Multi-AZ DB cluster, as the extension <c>rds_tools</c> lists them. Modelled on the documented functions.</summary>
sealed class RdsClusterEndpointProvider : IListsServers
{
    const string Text =
        """
        SELECT t.endpoint, t.port, t.id OPERATOR(pg_catalog.=) (SELECT w.multi_az_db_cluster_source_dbi_resource_id FROM rds_tools.multi_az_db_cluster_source_dbi_resource_id() w)
          FROM rds_tools.show_topology('ResilientPostgres') t
        """;

    public string Name => "RDS Multi-AZ DB cluster";

    public async Task<EndpointListing> ListAsync(EndpointQuery query, CancellationToken cancellationToken)
    {
        var (listed, by) = await ServerAnswer.FromAnyAsync(query, ReadAsync, cancellationToken).ConfigureAwait(false);
        return new EndpointListing(listed) { Note = $"told by {by.Name}" };
    }

    static async Task<ImmutableArray<ListedEndpoint>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(Text, connection);
        try
        {
            var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                var listed = ImmutableArray.CreateBuilder<ListedEndpoint>();
                while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    var isWriter = !rows.IsDBNull(2) && rows.GetBoolean(2);
                    listed.Add(new ListedEndpoint(new Endpoint(rows.GetString(0), rows.GetInt32(1))) { Role = isWriter ? EndpointRole.Primary : EndpointRole.Standby });
                }

                return listed.ToImmutable();
            }
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName)
        {
            throw new InvalidOperationException(
                $"Database '{connection.Database}' has no rds_tools.show_topology(): either this is no Multi-AZ DB cluster, or the extension is missing (CREATE EXTENSION rds_tools).", e);
        }
    }
}
