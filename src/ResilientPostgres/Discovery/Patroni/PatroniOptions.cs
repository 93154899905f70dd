using System.Security.Cryptography.X509Certificates;

namespace ResilientPostgres;

/// <summary>How Patroni is asked for the members of its cluster.</summary>
public sealed class PatroniOptions
{
    internal const int DefaultPort = 8008;

    /// <summary>The members' REST interfaces, such as <c>https://pg-a:8008</c>; one is enough to begin with, several survive its end. The others are learnt from the answers.</summary>
    /// <value>None by default: then the hosts of the connection string are asked at port 8008 by plain HTTP.</value>
    public IList<Uri> Urls { get; } = [];

    /// <summary>Whether members that an answer names (<c>api_url</c>) are asked too. They are only if their scheme is that of <see cref="Urls"/>, so nobody can be led from HTTPS to HTTP.</summary>
    /// <value>The default value is <see langword="true"/>. Set it to <see langword="false"/> where those addresses can't be reached from here, or may not be trusted with <see cref="Password"/>.</value>
    public bool AsksLearntMembers { get; set; } = true;

    /// <summary>The cluster's name in Patroni (<c>scope</c>). An answer of another cluster is refused.</summary>
    /// <value>Not checked by default. Another cluster's servers are told by their system identifier in any case.</value>
    public string? Scope { get; set; }

    /// <summary>How long one member may take to answer.</summary>
    /// <value>The default value is 1 second; 50 milliseconds to 30 seconds. Twice that should be below <see cref="MonitoringOptions.DiscoveryTimeout"/>.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Time between two questions while all is well; in doubt, and around a planned switchover, it is asked every second.</summary>
    /// <value>The default value is 5 seconds; 1 second to 1 hour, and at most <see cref="MonitoringOptions.DiscoveryInterval"/>.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A PEM file with the authorities whose certificates are trusted, and no others.</summary>
    /// <value>The system's authorities by default.</value>
    public string? RootCertificate { get; set; }

    /// <summary>The certificate shown to Patroni, with its private key, where Patroni's <c>verify_client</c> is <c>required</c>.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>The user of HTTP's basic authentication, if something before Patroni asks for it. Patroni itself lets everybody read.</summary>
    public string? UserName { get; set; }

    /// <summary>The password of <see cref="UserName"/>. It is sent to every member that is asked.</summary>
    public string? Password { get; set; }

    /// <summary>More headers of each request, such as <c>Authorization</c>.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes what sends the requests, instead of the built-in handler, which follows no redirects, uses no proxy and keeps no cookies. It is disposed with the data source.</summary>
    public Func<HttpMessageHandler>? CreateHandler { get; set; }
}
