using Npgsql;
using NpgsqlTypes;
using ResilientPostgres.Calls;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Upkeep;

/// <summary>Npgsql reads a database's types once for each pool. When a migration adds some (enums, ranges, those of extensions) the pools have to read them anew.</summary>
sealed class NewTypes(Cluster cluster, IAdministrationControl control)
{
    static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a standby is waited for that has yet to replay them.</summary>
    static readonly TimeSpan _replayTime = TimeSpan.FromSeconds(5);

    /// <summary>A value that is another one afterwards if types were added.</summary>
    public Task<string> NoteAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => control.TypesAsync(connection, cancellationToken);

    /// <summary>
    /// Has the pools of all servers that are in order read the types anew. A standby is waited for until it has replayed them; one that takes too long reads them when its pool is
    /// made anew.
    /// </summary>
    /// <param name="primary">Where the types were made.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task ReloadAsync(NpgsqlConnection primary, CancellationToken cancellationToken)
    {
        cluster.EnsureStarted();
        var position = await control.PositionAsync(primary, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(cluster.Store.Current.Endpoints.Where(static e => e.Status == EndpointStatus.Available)
            .Select(e => ReloadAsync(e, position, cancellationToken))).ConfigureAwait(false);
    }

    async Task ReloadAsync(EndpointSnapshot endpoint, NpgsqlLogSequenceNumber position, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await cluster.Ports.Pools.For(endpoint).OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                var deadline = cluster.Clock.Now + _replayTime;
                while (await control.PositionAsync(connection, cancellationToken).ConfigureAwait(false) < position && cluster.Clock.Now < deadline)
                {
                    await cluster.Clock.Delay(_pause, cancellationToken).ConfigureAwait(false);
                }

                await connection.ReloadTypesAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (NpgsqlException)
        {
            // It has gone meanwhile. When it comes back it has a new pool, which reads the types.
        }
    }
}
