using Npgsql;

namespace ResilientPostgres.DependencyInjection;

/// <summary>One registered callback of one cluster.</summary>
sealed record NpgsqlConfiguration(string Cluster, Action<Endpoint, NpgsqlDataSourceBuilder> Configure);
