namespace ResilientPostgres.Positions;

/// <summary>Where the last read of a scope ran. The same server never goes back in time; another one must prove that it has come as far.</summary>
/// <param name="Endpoint">The server.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="At">When that read had its answer.</param>
sealed record ReadTrail(Endpoint Endpoint, int Generation, TimeSpan At);
