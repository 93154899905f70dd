using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>Reads one counter in any of the ways there are; the server itself says whether it is a standby.</summary>
sealed class PairReader(ResilientDataSource db)
{
    const string Text = "SELECT value::text || ' ' || current_setting('in_hot_standby') FROM counters WHERE key = $1";

    public async Task<PairRead> ReadAsync(ReadKind kind, int key, ConsistencyToken? token)
    {
        switch (kind)
        {
            case ReadKind.Scalar:
                await using (var command = With(db.CreateCommand(Text), key, token))
                {
                    return Parse(kind, await command.ExecuteScalarAsync());
                }

            case ReadKind.Standby:
                await using (var command = With(db.CreateCommand(Text), key, token))
                {
                    command.ReadPreference = ReadPreference.Standby;
                    return Parse(kind, await command.ExecuteScalarAsync());
                }

            case ReadKind.StandbySync:
                return await Task.Run(() =>
                {
                    using var command = With(db.CreateCommand(Text), key, token);
                    command.ReadPreference = ReadPreference.Standby;
                    return Parse(kind, command.ExecuteScalar());
                });
            case ReadKind.ScalarSync:
                return await Task.Run(() =>
                {
                    using var command = With(db.CreateCommand(Text), key, token);
                    return Parse(kind, command.ExecuteScalar());
                });
            case ReadKind.Reader:
                await using (var command = With(db.CreateCommand(Text), key, token))
                {
                    return await FirstAsync(kind, await command.ExecuteReaderAsync());
                }

            case ReadKind.ReaderSync:
                return await Task.Run(() =>
                {
                    using var command = With(db.CreateCommand(Text), key, token);
                    using var reader = command.ExecuteReader();
                    reader.Read();
                    return Parse(kind, reader.GetValue(0));
                });
            case ReadKind.Delegate:
                return await db.ReadAsync(
                    async (connection, cancellationToken) =>
                    {
                        await using var command = new NpgsqlCommand(Text, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = key } } };
                        return Parse(kind, await command.ExecuteScalarAsync(cancellationToken));
                    },
                    new ReadOptions { ConsistencyToken = token });
            case ReadKind.Batch:
                await using (var batch = (ResilientBatch)db.CreateBatch())
                {
                    batch.ConsistencyToken = token;
                    batch.BatchCommands.Add(new NpgsqlBatchCommand(Text) { Parameters = { new NpgsqlParameter<int> { TypedValue = key } } });
                    return await FirstAsync(kind, await batch.ExecuteReaderAsync());
                }

            case ReadKind.Connection:
                await using (var connection = await db.OpenConnectionAsync())
                await using (var command = With((ResilientCommand)connection.CreateCommand(), key, token))
                {
                    return Parse(kind, await command.ExecuteScalarAsync());
                }

            default:
                return await Task.Run(() =>
                {
                    using var connection = db.OpenConnection();
                    using var command = With((ResilientCommand)connection.CreateCommand(), key, token);
                    using var reader = command.ExecuteReader();
                    reader.Read();
                    return Parse(kind, reader.GetValue(0));
                });
        }
    }

    static ResilientCommand With(ResilientCommand command, int key, ConsistencyToken? token)
    {
        command.CommandText = Text;
        command.ConsistencyToken = token;
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = key });
        return command;
    }

    static async Task<PairRead> FirstAsync(ReadKind kind, DbDataReader reader)
    {
        await using (reader)
        {
            await reader.ReadAsync();
            return Parse(kind, reader.GetValue(0));
        }
    }

    static PairRead Parse(ReadKind kind, object? result)
    {
        var parts = ((string)result!).Split(' ');
        return new PairRead(long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1] == "on", kind);
    }
}
