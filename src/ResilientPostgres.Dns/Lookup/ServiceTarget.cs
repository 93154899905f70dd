namespace ResilientPostgres.Dns.Lookup;

/// <summary>One SRV record.</summary>
sealed record ServiceTarget(string Host, int Port, int Priority, int Weight);
