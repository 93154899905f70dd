namespace ResilientPostgres;

/// <summary>Where a session or a unit of work may run.</summary>
public enum ReadPreference
{
    /// <summary>The primary only; waits for one up to the total timeout.</summary>
    Primary,

    /// <summary>The primary if there is one, else a standby within the replication lag allowed.</summary>
    PreferPrimary,

    /// <summary>A standby within the replication lag allowed, and nothing else.</summary>
    Standby,

    /// <summary>A standby within the replication lag allowed, else the primary. The default for reads.</summary>
    PreferStandby,

    /// <summary>The primary or any standby within the replication lag allowed, by load.</summary>
    Any,
}
