namespace ResilientPostgres.Dns.Lookup;

/// <summary>What is asked for.</summary>
enum RecordKind
{
    A,
    Aaaa,
    Srv,
}
