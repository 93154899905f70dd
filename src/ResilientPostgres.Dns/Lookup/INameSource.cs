namespace ResilientPostgres.Dns.Lookup;

/// <summary>Who answers questions. Nothing is remembered behind it, and it never throws but when cancelled.</summary>
interface INameSource
{
    /// <summary>Asks the name servers.</summary>
    Task<DnsReply> AskAsync(string name, RecordKind kind, CancellationToken cancellationToken);

    /// <summary>Asks the system's resolver for addresses: the hosts file, and whatever else it knows.</summary>
    Task<DnsReply> AskSystemAsync(string name, CancellationToken cancellationToken);
}
