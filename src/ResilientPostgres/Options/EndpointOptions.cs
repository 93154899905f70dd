using ResilientPostgres.Options;


namespace ResilientPostgres;

/// <summary>One server of the cluster: adds to, or describes, a host of the connection string.</summary>
public sealed class EndpointOptions
{
    /// <summary>Host name or address, as it would stand in a connection string.</summary>
    public string Host { get; set; } = "";

    /// <summary>TCP port, 1 to 65535.</summary>
    /// <value>The default value is 5432.</value>
    public int Port { get; set; } = Defaults.Port;

    /// <summary>Share of reads relative to the other standbys, 0 to 1000. 0 takes no reads while any other can.</summary>
    /// <value>The default value is 1.</value>
    public int Weight { get; set; } = 1;

    /// <summary>Whether this server may be written to once it is promoted. Set false for report nodes, drills and other regions.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool CanBecomePrimary { get; set; } = true;

    /// <summary>Free labels, shown in the topology (zone, rack, purpose).</summary>
    public IDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
