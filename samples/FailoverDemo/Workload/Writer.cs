using Npgsql;
using NpgsqlTypes;
using ResilientPostgres;

namespace FailoverDemo.Workload;

/// <summary>Writes one entry after the other and books what it was told about each.</summary>
sealed class Writer(int number, ResilientDataSource db, WriterLedger ledger, Scoreboard scores)
{
    static readonly TimeSpan _rest = TimeSpan.FromMilliseconds(2);

    public async Task RunAsync(Func<bool> isOver, CancellationToken cancellationToken)
    {
        for (var sequence = 1L; !isOver(); sequence++)
        {
            await WriteAsync(sequence, cancellationToken);
            await Task.Delay(_rest, cancellationToken);
        }
    }

    async Task WriteAsync(long sequence, CancellationToken cancellationToken)
    {
        try
        {
            await db.WriteAsync((connection, token) => InsertAsync(connection, sequence, token), OperationSafety.Idempotent, cancellationToken);
            var now = DemoClock.Now;
            ledger.Acknowledge(sequence, now);
            scores.Current?.Written(now);
        }
        catch (OutcomeUnknownException e)
        {
            ledger.LeaveOpen(sequence);
            scores.Say("A write's outcome is unknown: " + e.Message);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            scores.WriteFailed(e);
        }
    }

    async Task InsertAsync(NpgsqlConnection connection, long sequence, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Schema.Insert, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Integer },
                new NpgsqlParameter<long> { TypedValue = sequence, NpgsqlDbType = NpgsqlDbType.Bigint },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
