namespace ResilientPostgres.Commits;

/// <summary>The token of one transaction.</summary>
/// <param name="Token">Given out once. Its first part is the time, so that tokens made one after another stand side by side in the index.</param>
/// <param name="Table">The table, as <c>schema.table</c>.</param>
/// <param name="Timeline">The timeline that the cluster writes.</param>
/// <param name="MadeAt">When, on the data source's own clock.</param>
sealed record TokenNote(Guid Token, string Table, uint Timeline, TimeSpan MadeAt);
