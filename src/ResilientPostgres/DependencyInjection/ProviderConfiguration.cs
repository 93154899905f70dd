namespace ResilientPostgres.DependencyInjection;

/// <summary>Who lists the endpoints of one cluster.</summary>
sealed record ProviderConfiguration(string Cluster, Func<IServiceProvider, IEndpointProvider> Create);
