using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ResilientPostgres;

/// <summary>What a provider is asked with.</summary>
public sealed class EndpointQuery
{
    internal EndpointQuery(ImmutableArray<Endpoint> seeds, TopologySnapshot topology, bool isInDoubt, TimeProvider time, ILogger logger, Func<Endpoint, CancellationToken, Task<NpgsqlConnection>> open)
    {
        Seeds = seeds;
        Topology = topology;
        IsInDoubt = isInDoubt;
        Time = time;
        Logger = logger;
        _open = open;
    }

    readonly Func<Endpoint, CancellationToken, Task<NpgsqlConnection>> _open;

    /// <summary>The endpoints of the connection string and of the options: where to begin. They are in use themselves only if the provider lists them, or has not answered yet.</summary>
    public ImmutableArray<Endpoint> Seeds { get; }

    /// <summary>The cluster as last seen.</summary>
    public TopologySnapshot Topology { get; }

    /// <summary>Something that decides is in doubt just now: whatever the provider remembers of its own should be asked for anew.</summary>
    public bool IsInDoubt { get; }

    /// <summary>The data source's clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The data source's log.</summary>
    public ILogger Logger { get; }

    /// <summary>Opens a session outside any pool, with the data source's own user, password and TLS, for a provider that asks the servers. Dispose it after use.</summary>
    /// <param name="endpoint">Where; a seed, or one of the topology.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The open connection. It knows built-in types only.</returns>
    /// <exception cref="NpgsqlException">It could not be opened.</exception>
    public Task<NpgsqlConnection> OpenAsync(Endpoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return _open(endpoint, cancellationToken);
    }
}
