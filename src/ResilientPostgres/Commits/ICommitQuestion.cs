using Npgsql;

namespace ResilientPostgres.Commits;

/// <summary>What became of one transaction, put to the writer that the cluster goes on with.</summary>
interface ICommitQuestion
{
    ICommitProof Proof { get; }

    /// <summary>What is known before anybody has answered.</summary>
    CommitEvidence Unanswered { get; }

    /// <summary>Asks.</summary>
    Task<CommitFinding> AskAsync(NpgsqlConnection connection, Endpoint writer, CommitEvidence evidence);
}
