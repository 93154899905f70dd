namespace ResilientPostgres.TestServers;

/// <summary>A question the server was asked.</summary>
/// <param name="Name">In lower case, without the last dot.</param>
/// <param name="Type">May be a type the server knows nothing of.</param>
/// <param name="IsTcp">Whether it came over TCP rather than UDP.</param>
public sealed record DnsQuery(string Name, DnsRecordType Type, bool IsTcp);
