using Npgsql;

namespace ResilientPostgres.Sessions;

/// <summary>What is done to a session from outside its own work.</summary>
interface ISessionControl
{
    /// <summary>Cuts the session off at its socket, so that whoever waits on it is released at once. False where this is not possible.</summary>
    bool TryAbort(NpgsqlConnection connection);

    /// <summary>Whether something has arrived on an idle session that nobody has read: most often its end.</summary>
    bool HasUnread(NpgsqlConnection connection);

    /// <summary>Asks a session for a sign of life.</summary>
    /// <returns>Null if it gave one; else why not.</returns>
    Task<Exception?> AskAsync(NpgsqlConnection connection);

    /// <summary>Closes a session that was aborted, and sees to it that no pool takes it back.</summary>
    Task DiscardAsync(NpgsqlConnection connection);

    /// <summary>
    /// Whether the session is on a server in recovery. Recovery never begins during a session's life, so yes means that nothing
    /// was ever written on it.
    /// </summary>
    Task<bool> IsInRecoveryAsync(NpgsqlConnection connection, CancellationToken cancellationToken);
}
