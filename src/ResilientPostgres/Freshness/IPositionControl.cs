using Npgsql;
using NpgsqlTypes;

namespace ResilientPostgres.Freshness;

/// <summary>Asks servers for positions, and has statements carry such questions with them.</summary>
interface IPositionControl
{
    /// <summary>Put after a write, as a transaction of its own: where the log is once it is committed.</summary>
    NpgsqlBatchCommand Note();

    /// <summary>Whether a result is the answer to <see cref="Note"/>.</summary>
    bool IsNote(NpgsqlDataReader result);

    /// <summary>The answer to <see cref="Note"/>.</summary>
    NpgsqlLogSequenceNumber ReadNote(NpgsqlDataReader row);

    /// <summary>Put before a read: fails, and the read with it, unless the standby has replayed the position that is its one parameter.</summary>
    NpgsqlBatchCommand Guard();

    /// <summary>Whether it was a guard that failed, and how far the standby is; 0 if it could not say.</summary>
    bool TryReadGuard(PostgresException failure, out ulong replayed);

    /// <summary>Asks a primary.</summary>
    Task<(uint Timeline, NpgsqlLogSequenceNumber Position)> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken);

    /// <summary>Asks a standby how far it has replayed; 0 if it can't say.</summary>
    Task<ulong> AskReplayedAsync(NpgsqlConnection connection, CancellationToken cancellationToken);
}
