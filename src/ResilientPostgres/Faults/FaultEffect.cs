namespace ResilientPostgres;

/// <summary>What a failed call did to the data.</summary>
public enum FaultEffect
{
    /// <summary>Provably nothing.</summary>
    NotApplied,

    /// <summary>It was sent and no final answer came.</summary>
    Unknown,

    /// <summary>It was applied, though the call failed.</summary>
    Applied,
}
