namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>A way to write.</summary>
enum WriteKind
{
    Transact,
    NonQuery,
    NonQuerySync,
    ReturningScalar,
    ReturningReader,
    Delegate,
    Batch,
    Connection,
    ConnectionTransaction,
}
