namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>What a worker is asked to do.</summary>
enum Act
{
    /// <summary>Write, and tell the token that covers it.</summary>
    Write,

    /// <summary>Read under the token that came with the request.</summary>
    Read,

    /// <summary>Write and read in one scope, and tell the scope's token.</summary>
    Both,

    /// <summary>Read now and again in one scope, and tell the scope's token.</summary>
    Browse,

    /// <summary>Write by one task, then read by another one, without any scope or token.</summary>
    Local,
}
