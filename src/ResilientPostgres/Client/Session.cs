using Npgsql;

namespace ResilientPostgres.Client;

/// <summary>An open connection and the pool it came from.</summary>
readonly record struct Session(NpgsqlConnection Connection, ISessionPool Pool);
