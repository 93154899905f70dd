using Npgsql;

namespace ResilientPostgres.Commits;

/// <summary>The statements around a commit. Its notes are positions in the log.</summary>
interface ICommitControl : ICommitNote
{
    /// <summary>Makes the transaction read-only or deferrable; put before its first statement. No row.</summary>
    string? CharacterText(bool isReadOnly, bool isDeferrable);

    /// <summary>Commits, in one round trip. A transaction that had failed before raises its 25P02 instead of being rolled back in silence.</summary>
    /// <param name="connection">Its session.</param>
    /// <param name="mayHaveFailed">A statement of it may have failed unseen: then the transaction is asked for a sign of life first.</param>
    /// <param name="asksFlushed">It is asked for how far the log is on disk too.</param>
    /// <param name="isPrepared">On this session it is worth while to prepare it, for other statements are.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The transaction's id, if it was asked for and there is one, and how far the log was written and on disk after the commit.</returns>
    Task<CommitAnswer> CommitAsync(NpgsqlConnection connection, bool mayHaveFailed, bool asksFlushed, bool isPrepared, CancellationToken cancellationToken);

    /// <summary>Asks a writer about itself and a transaction id.</summary>
    Task<CommitFacts> AskAsync(NpgsqlConnection connection, ulong xid, CancellationToken cancellationToken);

    /// <summary>Ends the session that the transaction ran on, if it is still there.</summary>
    Task FenceAsync(NpgsqlConnection connection, ICommitProof proof, CancellationToken cancellationToken);

    /// <summary>What is missing for a proof on this server; null if nothing is.</summary>
    Task<string?> FindMissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken);
}
