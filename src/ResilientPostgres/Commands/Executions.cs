using System.Data;
using Npgsql;

namespace ResilientPostgres.Commands;

/// <summary>The ways to execute a command. Made once: a call must not pay for them.</summary>
static class Executions
{
    public static readonly Execution<int> NonQuery = new()
    {
        RunAsync = static (c, token) => c.ExecuteNonQueryAsync(token),
        Run = static c => c.ExecuteNonQuery(),
        TakeAsync = static async r =>
        {
            await DrainAsync(r).ConfigureAwait(false);
            return r.RecordsAffected;
        },
        Take = static r =>
        {
            Drain(r);
            return r.RecordsAffected;
        },
        Tell = static (_, affected) => affected,
    };

    public static readonly Execution<object?> Scalar = new()
    {
        RunAsync = static (c, token) => c.ExecuteScalarAsync(token),
        Run = static c => c.ExecuteScalar(),
        TakeAsync = static async r =>
        {
            var value = await r.ReadAsync().ConfigureAwait(false) && r.FieldCount > 0 ? r.GetValue(0) : null;
            await DrainAsync(r).ConfigureAwait(false);
            return value;
        },
        Take = static r =>
        {
            var value = r.Read() && r.FieldCount > 0 ? r.GetValue(0) : null;
            Drain(r);
            return value;
        },
        Tell = static (value, _) => value,
        TakesValue = true,
    };

    static readonly Execution<NpgsqlDataReader> _reader = MakeReader(CommandBehavior.Default);

    /// <summary>A reader that closes its session with itself.</summary>
    public static Execution<NpgsqlDataReader> Reader(CommandBehavior behavior) => behavior == CommandBehavior.Default ? _reader : MakeReader(behavior);

    static Execution<NpgsqlDataReader> MakeReader(CommandBehavior behavior)
    {
        behavior |= CommandBehavior.CloseConnection;
        return new Execution<NpgsqlDataReader>
        {
            RunAsync = (c, token) => c.ExecuteReaderAsync(behavior, token),
            Run = c => c.ExecuteReader(behavior),
            TakeAsync = Task.FromResult,
            Take = static r => r,
            Behavior = behavior,
            IsReader = true,
        };
    }

    static async Task DrainAsync(NpgsqlDataReader reader)
    {
        while (await reader.NextResultAsync().ConfigureAwait(false))
        {
            // Errors of later statements come up here.
        }
    }

    static void Drain(NpgsqlDataReader reader)
    {
        while (reader.NextResult())
        {
            // As above.
        }
    }
}
