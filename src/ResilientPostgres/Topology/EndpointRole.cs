namespace ResilientPostgres;

/// <summary>What a server is to its cluster. The words are libpq's and Npgsql's.</summary>
public enum EndpointRole
{
    /// <summary>Not known, or not known any more.</summary>
    Unknown,

    /// <summary>Not in recovery. Whether it is <em>the</em> primary, <see cref="TopologySnapshot.Primary"/> says.</summary>
    Primary,

    /// <summary>In recovery: it replays another server's log and takes reads only.</summary>
    Standby,
}
