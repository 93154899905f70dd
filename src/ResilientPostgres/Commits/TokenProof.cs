namespace ResilientPostgres.Commits;

/// <summary>A row that stands or falls with the transaction: while nobody deletes it, whether it is there is what became of the transaction.</summary>
/// <param name="Note">The token, and where it stands.</param>
/// <param name="SystemIdentifier">The cluster.</param>
/// <param name="Xid">The transaction's id, for people.</param>
/// <param name="StartedAt">When its server's postmaster started.</param>
/// <param name="ProcessId">Its server process.</param>
/// <param name="At">The server's clock then.</param>
sealed record TokenProof(TokenNote Note, long SystemIdentifier, ulong Xid, DateTime StartedAt, int ProcessId, DateTime At) : ICommitProof
{
    public uint Timeline => Note.Timeline;
}
