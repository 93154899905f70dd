namespace ResilientPostgres.TestServers;

/// <summary>What pgpool says of a backend (<c>SHOW POOL_NODES</c>).</summary>
/// <param name="Number">Its place in the list of backends.</param>
/// <param name="Port">Its port.</param>
/// <param name="Status"><c>up</c>, <c>down</c>, <c>waiting</c>, <c>unused</c>, <c>quarantine</c>.</param>
/// <param name="Role">What pgpool takes it for: <c>primary</c> or <c>standby</c>.</param>
/// <param name="ServerRole">What it found it to be: the same, or <c>unknown</c>, as always without health checks.</param>
public sealed record PgpoolNode(int Number, int Port, string Status, string Role, string ServerRole);
