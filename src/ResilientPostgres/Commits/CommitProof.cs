using NpgsqlTypes;

namespace ResilientPostgres.Commits;

/// <summary>
/// What was noted of a transaction while it ran, so that its end can be found out: with its id alone it can't, for ids are given out
/// again after a crash or the promotion of a standby that had not received them.
/// </summary>
/// <param name="Xid">Its id.</param>
/// <param name="Lsn">The end of a log record that carries its id: while the surviving log contains it, the id is not given out again.</param>
/// <param name="Timeline">The timeline it was written on.</param>
/// <param name="SystemIdentifier">The cluster.</param>
/// <param name="StartedAt">The life of the server: when its postmaster started.</param>
/// <param name="StatsReset">And when its statistics began.</param>
/// <param name="ProcessId">Its server process.</param>
/// <param name="At">The server's clock then: a process of that id that began later is another one.</param>
sealed record CommitProof(
    ulong Xid,
    NpgsqlLogSequenceNumber Lsn,
    uint Timeline,
    long SystemIdentifier,
    DateTime StartedAt,
    DateTime? StatsReset,
    int ProcessId,
    DateTime At) : ICommitProof;
