using ResilientPostgres.Topology;

namespace ResilientPostgres.Commits;

/// <summary>What the current writer says, all of it on one session and so in one life of the server.</summary>
/// <param name="Server">The server.</param>
/// <param name="Status">What it says about the transaction's id.</param>
readonly record struct CommitFacts(ServerFacts Server, TransactionStatus Status);
