using Npgsql;

namespace ResilientPostgres.Statements;

/// <summary>Reads what a cluster knows of its functions, views and operators.</summary>
interface ICatalogReader
{
    Task<FunctionCatalog> ReadAsync(NpgsqlConnection connection, FunctionPatterns patterns, CancellationToken cancellationToken);
}
