namespace ResilientPostgres.Discovery;

/// <summary>A provider that lists the servers themselves, never what stands before them.</summary>
interface IListsServers : IEndpointProvider;
