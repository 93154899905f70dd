namespace ResilientPostgres.TestServers;

/// <summary>How the functions of the write-ahead log answer, as users of Aurora report it.</summary>
public enum WalFunctions
{
    /// <summary>Those of a writer raise 55000, <c>wal_level must be set to 'logical'</c>; those of a reader 0A000.</summary>
    NeedLogical,

    /// <summary>All raise 0A000, <c>Function …() is currently not supported for Aurora</c>, as in older versions.</summary>
    NotSupported,

    /// <summary>They answer as in any PostgreSQL.</summary>
    Available,
}
