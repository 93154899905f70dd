using System.Data;
using System.Transactions;
using Dapper;
using Npgsql;

namespace ResilientPostgres.IntegrationTests.Freshness;

/// <summary>The ways to write a number to a key, and to read it.</summary>
static class Ways
{
    const string Update = "UPDATE kept SET value = @value WHERE key = @key";
    const string Select = "SELECT value FROM kept WHERE key = @key";

    public static readonly Dictionary<string, Func<ResilientDataSource, int, int, Task>> ToWrite = new()
    {
        ["transaction"] = static (db, key, value) => db.TransactAsync((tx, _) => Command(tx.CreateCommand(Update), key, value).ExecuteNonQueryAsync()),
        ["command"] = static (db, key, value) => Command(db.CreateCommand(Update), key, value).ExecuteNonQueryAsync(),
        ["command, sync"] = static (db, key, value) => Task.FromResult(Command(db.CreateCommand(Update), key, value).ExecuteNonQuery()),
        ["command, returning"] = static async (db, key, value) => Assert.Equal(value, await Command(db.CreateCommand(Update + " RETURNING value"), key, value).ExecuteScalarAsync()),
        ["command, reader"] = static async (db, key, value) =>
        {
            await using var reader = await Command(db.CreateCommand(Update + " RETURNING value"), key, value).ExecuteReaderAsync();
            Assert.True(await reader.ReadAsync());
        },
        ["two statements"] = static (db, key, value) => Command(db.CreateCommand($"SELECT 1; {Update}"), key, value).ExecuteNonQueryAsync(),
        ["batch"] = static async (db, key, value) =>
        {
            await using var batch = (ResilientBatch)db.CreateBatch();
            var command = new NpgsqlBatchCommand(Update);
            command.Parameters.AddWithValue("key", key);
            command.Parameters.AddWithValue("value", value);
            batch.BatchCommands.Add(command);
            await batch.ExecuteNonQueryAsync();
        },
        ["delegate"] = static (db, key, value) => db.WriteAsync((c, _) => c.ExecuteAsync(Update, new { key, value })),
        ["connection"] = static async (db, key, value) =>
        {
            await using var connection = db.CreateConnection();
            await connection.ExecuteAsync(Update, new { key, value });
        },
        ["connection, transaction"] = static async (db, key, value) =>
        {
            await using var connection = await db.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync(Update, new { key, value }, transaction);
            await transaction.CommitAsync();
        },
        ["connection, BEGIN as text"] = static async (db, key, value) =>
        {
            await using var connection = await db.OpenConnectionAsync();
            await connection.ExecuteAsync("BEGIN TRANSACTION");
            await connection.ExecuteAsync(Update, new { key, value });
            await connection.ExecuteAsync("COMMIT TRANSACTION");
        },
        ["delegate that fails later"] = static async (db, key, value) => await Assert.ThrowsAsync<PostgresException>(() => db.WriteAsync(async (c, _) =>
        {
            await c.ExecuteAsync(Update, new { key, value });
            await c.ExecuteAsync("SELECT 1 / 0");
        })),
        ["text that commits and fails"] = static async (db, key, value) =>
            await Assert.ThrowsAsync<PostgresException>(() => Command(db.CreateCommand($"{Update}; COMMIT; SELECT 1 / 0"), key, value).ExecuteNonQueryAsync()),
        ["transaction scope, read meanwhile"] = static async (db, key, value) =>
        {
            using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
            await db.WriteAsync((c, _) => c.ExecuteAsync(Update, new { key, value }));
            await Command(db.CreateCommand(Update), key, value).ExecuteNonQueryAsync();
            Task meanwhile;
            using (ExecutionContext.SuppressFlow())
            {
                meanwhile = Task.Run(() => ToRead!["scalar"](db, 1));
            }

            await meanwhile;

            scope.Complete();
        },
        ["raw, PreferPrimary"] = static async (db, key, value) =>
        {
            await using var connection = await db.OpenNpgsqlConnectionAsync(ReadPreference.PreferPrimary);
            await connection.ExecuteAsync(Update, new { key, value });
        },
        ["raw"] = static async (db, key, value) =>
        {
            await using var connection = await db.OpenNpgsqlConnectionAsync(ReadPreference.Primary);
            await connection.ExecuteAsync(Update, new { key, value });
        },
    };

    public static readonly Dictionary<string, Func<ResilientDataSource, int, Task<int>>> ToRead = new()
    {
        ["scalar"] = static async (db, key) => (int)(await Command(db.CreateCommand(Select), key).ExecuteScalarAsync())!,
        ["scalar, sync"] = static (db, key) => Task.FromResult((int)Command(db.CreateCommand(Select), key).ExecuteScalar()!),
        ["reader"] = static async (db, key) =>
        {
            await using var reader = await Command(db.CreateCommand(Select), key).ExecuteReaderAsync();
            return await reader.ReadAsync() ? reader.GetInt32(0) : -1;
        },
        ["single row"] = static async (db, key) =>
        {
            await using var reader = await Command(db.CreateCommand(Select), key).ExecuteReaderAsync(CommandBehavior.SingleRow | CommandBehavior.SequentialAccess);
            return await reader.ReadAsync() ? reader.GetInt32(0) : -1;
        },
        ["delegate"] = static (db, key) => db.ReadAsync((c, _) => c.QuerySingleAsync<int>(Select, new { key })),
        ["batch"] = static async (db, key) =>
        {
            await using var batch = (ResilientBatch)db.CreateBatch();
            var command = new NpgsqlBatchCommand(Select);
            command.Parameters.AddWithValue("key", key);
            batch.BatchCommands.Add(command);
            return (int)(await batch.ExecuteScalarAsync())!;
        },
        ["connection"] = static async (db, key) =>
        {
            await using var connection = db.CreateConnection();
            return await connection.QuerySingleAsync<int>(Select, new { key });
        },
        ["raw"] = static async (db, key) =>
        {
            await using var connection = await db.OpenNpgsqlConnectionAsync();
            return await connection.QuerySingleAsync<int>(Select, new { key });
        },
    };

    static ResilientCommand Command(ResilientCommand command, int key, int? value = null)
    {
        command.Parameters.AddWithValue("key", key);
        if (value is { } given)
        {
            command.Parameters.AddWithValue("value", given);
        }

        return command;
    }
}
