namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>One line to a worker.</summary>
/// <param name="Id">Comes back with the answer.</param>
/// <param name="Act">What to do.</param>
/// <param name="Key">Of which counter.</param>
/// <param name="Value">What to write.</param>
/// <param name="WriteKind">How to write.</param>
/// <param name="ReadKind">How to read.</param>
/// <param name="IsScoped">Whether in a scope of its own, and the token is given to that; else with the read itself.</param>
/// <param name="Token">What is to be seen, as text.</param>
sealed record WorkerRequest(long Id, Act Act, int Key, long Value, WriteKind WriteKind, ReadKind ReadKind, bool IsScoped, string? Token);
