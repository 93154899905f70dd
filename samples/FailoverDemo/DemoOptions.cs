using ResilientPostgres;

namespace FailoverDemo;

/// <summary>What the user asked for.</summary>
sealed record DemoOptions
{
    /// <summary>The library runs with its defaults, so this is the limit it keeps.</summary>
    public static TimeSpan MaxReplicationLag { get; } = new ResilientPostgresOptions().MaxReplicationLag;

    public bool IsHelp { get; init; }

    public bool IsJson { get; init; }

    public bool IsAsynchronous { get; init; }

    public int Seconds { get; init; } = 4;

    public int Writers { get; init; } = 4;

    public int Readers { get; init; } = 8;

    public TimeSpan PhaseLength => TimeSpan.FromSeconds(Seconds);
}
