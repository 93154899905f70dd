using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Npgsql;

namespace ResilientPostgres.Postgres;

/// <summary>Asks one server after the other until one answers: the primary, then what else is well, then those of the options.</summary>
static class ServerAnswer
{
    /// <exception cref="Exception">None answered; what the last of them said.</exception>
    public static async Task<(T Answer, Endpoint By)> FromAnyAsync<T>(EndpointQuery query, Func<NpgsqlConnection, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? last = null;
        foreach (var endpoint in Candidates(query))
        {
            try
            {
                var connection = await query.OpenAsync(endpoint, cancellationToken).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    return (await ask(connection, cancellationToken).ConfigureAwait(false), endpoint);
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                last = ExceptionDispatchInfo.Capture(e);
            }
        }

        last?.Throw();
        throw new InvalidOperationException("There is no server to ask.");
    }

    static ImmutableArray<Endpoint> Candidates(EndpointQuery query)
    {
        var known = query.Topology.Endpoints
            .Where(static e => e.Status is EndpointStatus.Available or EndpointStatus.Draining)
            .OrderBy(e => e == query.Topology.Primary ? 0 : 1)
            .Select(static e => e.Endpoint);
        return [.. known.Concat(query.Seeds).Distinct()];
    }
}
