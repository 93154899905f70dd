namespace ResilientPostgres.Dns.Listing;

/// <summary>Why a name is asked for.</summary>
enum Origin
{
    /// <summary>It leads to every server.</summary>
    Member,

    /// <summary>The connection string or the options have it.</summary>
    Host,

    /// <summary>It leads to the primary.</summary>
    Primary,

    /// <summary>It leads to standbys.</summary>
    Standby,

    /// <summary>An SRV name.</summary>
    Service,
}
