using Npgsql;

namespace ResilientPostgres.SampleTests;

/// <summary>An application's class under test, over plain Npgsql.</summary>
public sealed class PostRepository(ResilientDataSource db)
{
    public async Task<string?> FindTitleAsync(int id, CancellationToken ct = default)
    {
        await using var command = db.CreateCommand("SELECT title FROM posts WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
        return (string?)await command.ExecuteScalarAsync(ct);
    }

    public async Task<int> AddAsync(string title, CancellationToken ct = default)
    {
        var result = await db.TransactAsync(async (tx, token) =>
        {
            await using var insert = tx.CreateCommand("INSERT INTO posts (title) VALUES ($1) RETURNING id");
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = title });
            return (int)(await insert.ExecuteScalarAsync(token))!;
        }, cancellationToken: ct);
        return result.Value;
    }

    public async Task LikeAsync(int id, CancellationToken ct = default)
    {
        await using var command = db.CreateCommand("UPDATE posts SET likes = likes + 1 WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
        await command.ExecuteNonQueryAsync(ct);
    }
}
