using Npgsql;

namespace ResilientPostgres.Sessions;

/// <summary>An open connection and the pool it came from.</summary>
readonly record struct Session(NpgsqlConnection Connection, ISessionPool Pool);
