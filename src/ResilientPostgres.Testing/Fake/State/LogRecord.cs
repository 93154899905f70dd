namespace ResilientPostgres.Testing.State;

/// <summary>An entry of the write-ahead log.</summary>
/// <param name="End">The position behind it.</param>
/// <param name="At">When it was written, on the cluster's clock.</param>
/// <param name="Xid">The transaction it belongs to; 0 for none.</param>
/// <param name="Committed">What a commit changes; null for any other entry.</param>
internal sealed record LogRecord(ulong End, TimeSpan At, ulong Xid, IReadOnlyList<Action<TokenStore>>? Committed);
