namespace ResilientPostgres.Sessions;

/// <summary>The pools of all endpoints, made when first needed.</summary>
interface ISessionPools : IAsyncDisposable
{
    ISessionPool For(EndpointSnapshot endpoint);

    /// <summary>The pools in use now, for going through the operations in flight.</summary>
    IReadOnlyList<ISessionPool> Live { get; }

    /// <summary>Gives up the pools of generations and endpoints that are gone. Sessions still in use end when they are closed.</summary>
    void Retire(TopologySnapshot snapshot);
}
