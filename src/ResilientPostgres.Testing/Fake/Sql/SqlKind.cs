namespace ResilientPostgres.Testing.Sql;

/// <summary>What a statement is by its first words.</summary>
internal enum SqlKind
{
    /// <summary>Nothing.</summary>
    Empty,

    /// <summary>A query, by all one knows.</summary>
    Select,

    /// <summary>INSERT, UPDATE, DELETE, MERGE, or a query with one of these inside.</summary>
    Change,

    /// <summary>CREATE, ALTER, DROP and the like.</summary>
    Definition,

    /// <summary>BEGIN or START TRANSACTION.</summary>
    Begin,

    /// <summary>COMMIT or END.</summary>
    Commit,

    /// <summary>ROLLBACK or ABORT.</summary>
    Rollback,

    /// <summary>SAVEPOINT.</summary>
    Savepoint,

    /// <summary>RELEASE.</summary>
    Release,

    /// <summary>ROLLBACK TO.</summary>
    RollbackTo,

    /// <summary>SET TRANSACTION or SET SESSION CHARACTERISTICS.</summary>
    Characteristics,

    /// <summary>SET.</summary>
    Set,

    /// <summary>RESET.</summary>
    Reset,

    /// <summary>SHOW.</summary>
    Show,

    /// <summary>DISCARD.</summary>
    Discard,

    /// <summary>DEALLOCATE.</summary>
    Deallocate,

    /// <summary>LISTEN, UNLISTEN, CLOSE ALL, LOCK: accepted, and nothing is done.</summary>
    Nothing,

    /// <summary>What a fake can't do: COPY, cursors, PREPARE in SQL, two-phase commit, NOTIFY.</summary>
    Refused,

    /// <summary>Another word.</summary>
    Other,
}
