namespace ResilientPostgres.Topology;

/// <summary>Whether a server answers, before any rule about what it is.</summary>
enum Reach
{
    Unknown,
    Answering,
    Suspected,
    StartingUp,
    Unreachable,
    Misconfigured,
}
