namespace ResilientPostgres.Testing.State;

/// <summary>The library's tables of commit tokens: the only rows that a fake really keeps.</summary>
internal sealed class TokenStore
{
    internal Dictionary<string, Dictionary<Guid, TokenRow>> Tables { get; } = [];

    internal HashSet<string> Schemas { get; } = [];

    internal TokenRow? Find(string table, Guid token) => Tables.GetValueOrDefault(table)?.GetValueOrDefault(token);

    internal void Replace(TokenStore other)
    {
        Tables.Clear();
        Schemas.Clear();
        Schemas.UnionWith(other.Schemas);
        foreach (var (name, rows) in other.Tables)
        {
            Tables[name] = new Dictionary<Guid, TokenRow>(rows);
        }
    }
}
