namespace ResilientPostgres.Testing.State;

/// <summary>A row that a transaction is going to add.</summary>
internal sealed class TokenInsert(string table, Guid token, TokenRow row)
{
    internal (string Table, Guid Token) Key => (table, token);

    internal void Apply(TokenStore store)
    {
        if (!store.Tables.TryGetValue(table, out var rows))
        {
            store.Tables[table] = rows = [];
        }

        rows[token] = row;
    }
}
