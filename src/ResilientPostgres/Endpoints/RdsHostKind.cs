namespace ResilientPostgres.Endpoints;

/// <summary>What a host name of RDS stands for.</summary>
enum RdsHostKind
{
    /// <summary>One server: a DB instance, of Aurora or not.</summary>
    Instance,

    /// <summary>The writer of a cluster, whoever that is.</summary>
    Cluster,

    /// <summary>The readers of a cluster, one after the other.</summary>
    Reader,

    /// <summary>A named choice of a cluster's instances.</summary>
    Custom,

    /// <summary>RDS Proxy, or one of its endpoints.</summary>
    Proxy,

    /// <summary>The writer of a global database, in whatever region.</summary>
    Global,
}
