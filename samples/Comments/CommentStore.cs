using Npgsql;
using ResilientPostgres;

namespace Comments;

/// <summary>Comments in a table. Nothing here knows of requests: what a read must see is ambient.</summary>
sealed class CommentStore(ResilientDataSource db)
{
    public async Task<long> AddAsync(string text, CancellationToken ct)
    {
        await using var command = db.CreateCommand("INSERT INTO comments (text) VALUES ($1) RETURNING id");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public Task<Comment?> FindAsync(long id, CancellationToken ct) => db.ReadAsync(
        async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("SELECT text, pg_is_in_recovery() FROM comments WHERE id = $1", connection);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
            await using var row = await command.ExecuteReaderAsync(token);
            return await row.ReadAsync(token) ? new Comment(id, row.GetString(0), row.GetBoolean(1)) : null;
        },
        cancellationToken: ct);
}
