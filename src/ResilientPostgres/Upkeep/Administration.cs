using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Faults;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Upkeep;

/// <summary>
/// Plain connections to the primary, found by asking every server: for what creates, changes and drops the database. The topology is only a hint to it, for it
/// says nothing where that database does not exist.
/// </summary>
sealed class Administration(Cluster cluster)
{
    static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    IAdministrationControl Control => cluster.Ports.Administration ?? throw new NotSupportedException("These sessions have no administration.");

    /// <summary>The database of the connection string.</summary>
    public string Database
    {
        get
        {
            var builder = new NpgsqlConnectionStringBuilder(cluster.Settings.ConnectionString);
            return builder.Database ?? builder.Username ?? "postgres";
        }
    }

    /// <summary>Connects to the primary, which is waited for as long as the total timeout.</summary>
    /// <param name="database">The database; that of the connection string if not given.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="PostgresException">The servers that answer refuse: there is no such database, or not for us.</exception>
    /// <exception cref="CallFailedException">There was no primary, or two.</exception>
    public async Task<PlainConnection> OpenPrimaryAsync(string? database, CancellationToken cancellationToken)
    {
        var deadline = cluster.Clock.Now + cluster.Settings.TotalTimeout;
        while (true)
        {
            var (primary, failure) = await FindPrimaryAsync(database, cancellationToken).ConfigureAwait(false);
            if (primary is not null)
            {
                return primary;
            }

            if (IsRefusal(failure) || cluster.Clock.Now >= deadline || cluster.IsDisposed)
            {
                throw IsRefusal(failure) ? failure! : Failed("No primary was found", failure);
            }

            await cluster.Clock.Delay(_pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The database exists now, or again: the monitors that were refused ask at once.</summary>
    public void DatabaseCreated() => cluster.Monitor.AskRefusedAgain();

    /// <summary>Types that come with a change of the schema.</summary>
    public NewTypes Types => new(cluster, Control);

    async Task<(PlainConnection? Primary, Exception? Failure)> FindPrimaryAsync(string? database, CancellationToken cancellationToken)
    {
        var found = new List<PlainConnection>();
        Exception? failure = null;
        var known = cluster.Store.Current.Primary?.Endpoint;
        foreach (var endpoint in Candidates(known))
        {
            try
            {
                var plain = await Control.OpenAsync(endpoint, database, cancellationToken).ConfigureAwait(false);
                if (!plain.IsInRecovery && endpoint.Equals(known))
                {
                    return (plain, null);
                }

                await KeepAsync(plain, found).ConfigureAwait(false);
            }
            catch (NpgsqlException e)
            {
                failure = IsRefusal(e) || !IsRefusal(failure) ? e : failure;
            }
        }

        return found.Count <= 1 ? (found.FirstOrDefault(), failure) : throw await TooManyAsync(found).ConfigureAwait(false);
    }

    static async Task KeepAsync(PlainConnection plain, List<PlainConnection> primaries)
    {
        if (plain.IsInRecovery)
        {
            await plain.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            primaries.Add(plain);
        }
    }

    static async Task<Exception> TooManyAsync(List<PlainConnection> primaries)
    {
        foreach (var plain in primaries)
        {
            await plain.DisposeAsync().ConfigureAwait(false);
        }

        return Failed("More than one server accepts writes", null);
    }

    /// <summary>The known primary first; without those that are known not to be one, whatever they say of themselves.</summary>
    IEnumerable<Endpoint> Candidates(Endpoint? known)
    {
        var ruledOut = cluster.Store.Current.Endpoints
            .Where(static e => e.Status is EndpointStatus.Foreign or EndpointStatus.Fenced or EndpointStatus.Detached or EndpointStatus.Diverged)
            .Select(static e => e.Endpoint);
        return cluster.Settings.Endpoints.Where(static e => e.CanBecomePrimary).Except(ruledOut).OrderBy(e => e.Equals(known) ? 0 : 1);
    }

    /// <summary>Waiting changes nothing about it, unlike a server that starts up.</summary>
    static bool IsRefusal(Exception? failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification }
            or NpgsqlException { InnerException: PasswordUnavailableException { IsRefused: true } };

    static CallFailedException Failed(string what, Exception? cause)
    {
        var message = $"{what} ({cause?.Message ?? "by their own word"}).";
        return new CallFailedException(message, cause ?? new InvalidOperationException(message), FaultPhase.Acquire, null, []);
    }
}
