namespace ResilientPostgres.Topology;

/// <summary>The outcome of <see cref="PrimaryElection"/>.</summary>
/// <param name="Primary">Where writes go, or null while they wait.</param>
/// <param name="IsSplitBrain">Two servers accept writes, confirmed, and nothing says which is right.</param>
readonly record struct Election(EndpointState? Primary, bool IsSplitBrain = false);
