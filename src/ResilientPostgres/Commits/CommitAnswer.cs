using NpgsqlTypes;

namespace ResilientPostgres.Commits;

/// <summary>What came back with an acknowledged commit.</summary>
/// <param name="Xid">The transaction's id; null if it had not written.</param>
/// <param name="Written">How far the log was written, the commit included; null if only that could not be told.</param>
/// <param name="Flushed">How far it was on disk; null if that was not asked for.</param>
readonly record struct CommitAnswer(ulong? Xid, NpgsqlLogSequenceNumber? Written, NpgsqlLogSequenceNumber? Flushed);
