namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>A way to read.</summary>
enum ReadKind
{
    Scalar,
    ScalarSync,
    Reader,
    ReaderSync,
    Delegate,
    Batch,
    Connection,
    ConnectionSync,

    /// <summary>On a standby and nowhere else, however long it takes.</summary>
    Standby,

    /// <summary>The same, on the caller's thread.</summary>
    StandbySync,
}
