using ResilientPostgres.Commits;
using ResilientPostgres.Freshness;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Sessions;
using ResilientPostgres.Statements;

namespace ResilientPostgres.Calls;

/// <summary>What talks to PostgreSQL on behalf of the rooms above it.</summary>
sealed record ClusterPorts(
    IEndpointProbe Probe,
    ISessionPools Pools,
    ISessionControl Control,
    ICommitControl Commits,
    ITokenControl Tokens,
    ICatalogReader Catalog,
    IPositionControl Positions,
    IAdministrationControl? Administration = null,
    IEndpointProvider? Provider = null) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Pools.DisposeAsync().ConfigureAwait(false);
        await Probe.DisposeAsync().ConfigureAwait(false);
    }
}
