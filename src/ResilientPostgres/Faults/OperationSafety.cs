namespace ResilientPostgres;

/// <summary>What running a unit of work twice would do.</summary>
public enum OperationSafety
{
    /// <summary>It changes nothing: it may be repeated whatever happened.</summary>
    ReadOnly,

    /// <summary>A second run leaves what the first left (an upsert by key, <c>ON CONFLICT DO NOTHING</c>): repeated also when the first may have been applied.</summary>
    Idempotent,

    /// <summary>A second run would do it again: repeated only if the first provably did nothing. The default for writes.</summary>
    NonIdempotent,
}
