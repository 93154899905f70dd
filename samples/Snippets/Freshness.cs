using Npgsql;
using ResilientPostgres;

namespace Snippets;

/// <summary>The code of docs/freshness.md.</summary>
static class Freshness
{
    public static async Task ScopeAsync(ResilientDataSource db, string comment)
    {
        using var scope = ConsistencyScope.Begin();                          // one for each request or job; it flows with async calls
        await db.TransactAsync((tx, ct) => InsertAsync(tx, comment, ct));
        var mine = await db.ReadAsync((c, ct) => CommentsAsync(c, ct));      // has the comment; what others write meanwhile does not matter
        Console.WriteLine(mine);
    }

    public static async Task TokenAsync(ResilientDataSource db, ResilientDataSource other, string comment)
    {
        var written = await db.TransactAsync((tx, ct) => InsertAsync(tx, comment, ct));
        var text = written.Commit.Token?.ToString();                         // "68f2c0de7a91b3d4-3-16b3748"; null if it wrote nothing

        await using var command = other.CreateCommand("SELECT count(*) FROM comments");
        command.ConsistencyToken = ConsistencyToken.Parse(text!);
        var count = await command.ExecuteScalarAsync();                      // on a standby, if one has it
        Console.WriteLine(count);
    }

    static async Task<int> InsertAsync(ResilientTransaction tx, string comment, CancellationToken ct)
    {
        await using var command = tx.CreateCommand("INSERT INTO comments (text) VALUES ($1)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = comment });
        return await command.ExecuteNonQueryAsync(ct);
    }

    static async Task<long> CommentsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT count(*) FROM comments", connection);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
