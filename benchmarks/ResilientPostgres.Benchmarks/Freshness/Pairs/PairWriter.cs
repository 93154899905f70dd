using System.Data.Common;
using Npgsql;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>Writes one counter in any of the ways there are.</summary>
sealed class PairWriter(ResilientDataSource db)
{
    // What a lost session may still carry out late does not set the counter back.
    const string Plain = "INSERT INTO counters VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = greatest(counters.value, excluded.value)";
    const string Returning = Plain + " RETURNING value";

    /// <returns>The token of the write, where the way tells it by itself.</returns>
    public async Task<ConsistencyToken?> WriteAsync(WriteKind kind, int key, long value)
    {
        switch (kind)
        {
            case WriteKind.Transact:
                return (await db.TransactAsync((transaction, _) => With(transaction.CreateCommand(Plain), key, value).ExecuteNonQueryAsync(CancellationToken.None))).Commit.Token;
            case WriteKind.NonQuery:
                await using (var command = With(db.CreateCommand(Plain), key, value))
                {
                    await command.ExecuteNonQueryAsync();
                }

                return null;
            case WriteKind.NonQuerySync:
                await Task.Run(() =>
                {
                    using var command = With(db.CreateCommand(Plain), key, value);
                    command.ExecuteNonQuery();
                });
                return null;
            case WriteKind.ReturningScalar:
                await using (var command = With(db.CreateCommand(Returning), key, value))
                {
                    await command.ExecuteScalarAsync();
                }

                return null;
            case WriteKind.ReturningReader:
                await using (var command = With(db.CreateCommand(Returning), key, value))
                await using (var reader = await command.ExecuteReaderAsync())
                {
                    await reader.ReadAsync();
                }

                return null;
            case WriteKind.Delegate:
                await db.WriteAsync(
                    async (connection, token) =>
                    {
                        await using var command = With(new NpgsqlCommand(Plain, connection), key, value);
                        await command.ExecuteNonQueryAsync(token);
                    },
                    OperationSafety.Idempotent);
                return null;
            case WriteKind.Batch:
                await using (var batch = db.CreateBatch())
                {
                    batch.BatchCommands.Add(With(new NpgsqlBatchCommand(Plain), key, value));
                    await batch.ExecuteNonQueryAsync();
                }

                return null;
            case WriteKind.Connection:
                await using (var connection = await db.OpenConnectionAsync())
                await using (var command = With(connection.CreateCommand(), key, value))
                {
                    command.CommandText = Plain;
                    await command.ExecuteNonQueryAsync();
                }

                return null;
            default:
                await using (var connection = await db.OpenConnectionAsync())
                await using (var transaction = await connection.BeginTransactionAsync())
                await using (var command = With(connection.CreateCommand(), key, value))
                {
                    command.CommandText = Plain;
                    command.Transaction = transaction;
                    await command.ExecuteNonQueryAsync();
                    await transaction.CommitAsync();
                }

                return null;
        }
    }

    static T With<T>(T command, int key, long value)
        where T : DbCommand
    {
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = key });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = value });
        return command;
    }

    static NpgsqlBatchCommand With(NpgsqlBatchCommand command, int key, long value)
    {
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = key });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = value });
        return command;
    }
}
