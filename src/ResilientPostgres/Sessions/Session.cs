using Npgsql;

namespace ResilientPostgres.Sessions;

/// <summary>An open connection and the pool it came from.</summary>
readonly record struct Session(NpgsqlConnection Connection, ISessionPool Pool)
{
    /// <summary>How often the pool had been renewed when it was taken.</summary>
    public int Epoch { get; } = Pool.Epoch;
}
