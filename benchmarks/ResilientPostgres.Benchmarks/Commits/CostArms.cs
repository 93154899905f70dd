using System.Data.Common;
using Npgsql;

namespace ResilientPostgres.Benchmarks.Commits;

/// <summary>The same transaction, written for each.</summary>
static class CostArms
{
    const string First = "UPDATE costs SET n = n + 1 WHERE id = $1";
    const string Second = "UPDATE costs SET n = n - 1 WHERE id = $1";
    const string Read = "SELECT n FROM costs WHERE id = $1";

    public static Task PlainAsync(NpgsqlDataSource source, int id) => PlainAsync(source, id, First, Second);

    public static Task PlainReadAsync(NpgsqlDataSource source, int id) => PlainAsync(source, id, Read, Read);

    public static Task OursAsync(ResilientDataSource db, int id) => db.TransactAsync(async (tx, _) =>
    {
        await ExecuteAsync(tx.CreateCommand(First), id);
        await ExecuteAsync(tx.CreateCommand(Second), id);
    });

    public static Task OursReadAsync(ResilientDataSource db, int id) => db.TransactAsync(async (tx, _) =>
    {
        await ExecuteAsync(tx.CreateCommand(Read), id);
        await ExecuteAsync(tx.CreateCommand(Read), id);
    });

    public static Task RawAsync(ResilientDataSource db, int id) => db.TransactAsync(async (tx, _) =>
    {
        await ExecuteAsync(new NpgsqlCommand(First, tx.NpgsqlConnection), id);
        await ExecuteAsync(new NpgsqlCommand(Second, tx.NpgsqlConnection), id);
    });

    static async Task PlainAsync(NpgsqlDataSource source, int id, string first, string second)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(new NpgsqlCommand(first, connection), id);
        await ExecuteAsync(new NpgsqlCommand(second, connection), id);
        await transaction.CommitAsync();
    }

    static async Task ExecuteAsync(DbCommand command, int id)
    {
        await using (command)
        {
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
            await command.ExecuteNonQueryAsync();
        }
    }
}
