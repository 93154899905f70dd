namespace ResilientPostgres.Topology;

/// <summary>Why a fresh connection gave no facts.</summary>
enum ProbeFailure
{
    Unreachable,
    StartingUp,
    Misconfigured,
}
