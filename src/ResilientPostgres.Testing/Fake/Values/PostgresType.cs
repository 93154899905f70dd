namespace ResilientPostgres.Testing.Values;

/// <summary>A type of the server's.</summary>
/// <param name="Oid">Its number.</param>
/// <param name="Name">Its name in pg_catalog.</param>
/// <param name="Length">Its size in bytes; −1 where that varies.</param>
/// <param name="Kind">As in pg_type: b, r, m or p, and a for an array.</param>
/// <param name="Element">Of an array, a range or a multirange.</param>
internal sealed record PostgresType(uint Oid, string Name, short Length, char Kind, PostgresType? Element = null)
{
    internal PostgresType? Array { get; set; }

    internal bool IsArray => Kind == 'a';
}
