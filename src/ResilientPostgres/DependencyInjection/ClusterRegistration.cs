namespace ResilientPostgres.DependencyInjection;

/// <summary>Marks that a cluster of this name is registered.</summary>
sealed record ClusterRegistration(string Name);
