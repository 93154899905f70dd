namespace ResilientPostgres.TestServers;

/// <summary>The record types the server knows, by their numbers on the wire.</summary>
public enum DnsRecordType
{
    A = 1,
    Cname = 5,
    Soa = 6,
    Aaaa = 28,
    Srv = 33,
    Opt = 41,
}
