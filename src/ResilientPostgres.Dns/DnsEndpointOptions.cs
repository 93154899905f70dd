namespace ResilientPostgres;

/// <summary>Which names are asked for, and how. Read once, when the data source is built.</summary>
public sealed class DnsEndpointOptions
{
    /// <summary>Whether the hosts of the connection string and of the options are resolved and listed. Addresses and Unix-domain sockets among them are listed as they are.</summary>
    /// <value>The default value is <see langword="true"/>. With <see langword="false"/> they only bridge the time until DNS has answered for the other names.</value>
    public bool IncludeHosts { get; set; } = true;

    /// <summary>
    /// Names of SRV records, such as <c>_postgresql._tcp.pg.example</c>. Each target is a host with a port of its own. Their weights are shares of reads (1 to 1000,
    /// scaled down if they are larger); servers of a higher priority number are the last resort for reads. Writes go to the primary whatever its priority.
    /// </summary>
    public IList<string> Services { get; } = [];

    /// <summary>
    /// Names that lead to the primary, as <c>host</c> or <c>host:port</c>; the port is that of the first host otherwise. Only a hint: the servers' own answers decide, but a new
    /// primary that DNS confirms is followed though the old one still answers.
    /// </summary>
    public IList<string> Primaries { get; } = [];

    /// <summary>Names that lead to standbys, as <c>host</c> or <c>host:port</c>; the port is that of the first host otherwise. Only a hint.</summary>
    public IList<string> Standbys { get; } = [];

    /// <summary>The name servers, as <c>10.0.0.2</c> or <c>10.0.0.2:53</c>, asked in this order.</summary>
    /// <value>The default value is an empty list: those of the system.</value>
    public IList<string> NameServers { get; } = [];

    /// <summary>The domains that complete a name with fewer than <see cref="DotsOfFullName"/> dots, tried in this order. A name that ends with a dot is complete.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: those of <c>/etc/resolv.conf</c> (<c>search</c>, and its <c>ndots</c>) if the system's name servers are asked, else none.
    /// </value>
    public IList<string>? SearchDomains { get; set; }

    /// <summary>From how many dots on a name is first asked for as it is, and only then with <see cref="SearchDomains"/>; resolv.conf's <c>ndots</c>.</summary>
    /// <value>The default value is <see langword="null"/>: as in <c>/etc/resolv.conf</c>, or 1. At most 15.</value>
    public int? DotsOfFullName { get; set; }

    /// <summary>Records whose time to live is shorter are used for this long. While anything is in doubt they are asked for anew whatever they say.</summary>
    /// <value>The default value is 1 second; 1 second to 1 hour, not above <see cref="MaxTimeToLive"/>.</value>
    public TimeSpan MinTimeToLive { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Records whose time to live is longer are used for this long.</summary>
    /// <value>The default value is 5 minutes; 1 second to 1 day.</value>
    public TimeSpan MaxTimeToLive { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one name server may take for one question, before it is asked again or the next one is.</summary>
    /// <value>The default value is 1 second; 50 milliseconds to 30 seconds.</value>
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a name server is asked again that has not answered.</summary>
    /// <value>The default value is 1; 0 to 10.</value>
    public int Retries { get; set; } = 1;

    /// <summary>How long one name may take in all. Then its last good addresses are used on. Keep it below <see cref="MonitoringOptions.DiscoveryTimeout"/>, or one name that hangs holds up the others.</summary>
    /// <value>The default value is 4 seconds; 100 milliseconds to 1 minute.</value>
    public TimeSpan NameTimeout { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Whether name servers are asked over TCP only. Over UDP, an answer that is too long is asked for again over TCP in any case.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool UseTcpOnly { get; set; }

    /// <summary>Whether AAAA records are asked for too. The two addresses of one server are two endpoints, recognised as one server.</summary>
    /// <value>The default value is <see langword="true"/>; without IPv6 in the system they are not.</value>
    public bool UseIPv6 { get; set; } = true;

    /// <summary>
    /// Whether a name for which DNS has never had an address is asked of the system's own resolver, which knows the hosts file and other sources. It tells no time to live:
    /// its answers are used for 10 seconds.
    /// </summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool UseSystemResolver { get; set; } = true;

    /// <summary>Names that lead to every server: they tell an address of a server from a virtual one that leads to several.</summary>
    internal IList<string> Members { get; } = [];
}
