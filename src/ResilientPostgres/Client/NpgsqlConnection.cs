using ResilientPostgres.Calls;

namespace ResilientPostgres.Client.SeenByDapper;

/// <summary>
/// Dapper recognises PostgreSQL by the name of the connection's type and sends arrays as arrays only then; so what it sees
/// is called like Npgsql's own.
/// </summary>
sealed class NpgsqlConnection(ResilientDataSource dataSource, HeldSession? held = null) : ResilientConnection(dataSource, held);
