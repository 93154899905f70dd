namespace ResilientPostgres.DependencyInjection;

/// <summary>One registered replacement of one cluster.</summary>
sealed record ResilienceConfiguration(string Cluster, Action<ResilienceStrategies> Configure);
