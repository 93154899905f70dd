using Npgsql;
using ResilientPostgres;

namespace FailoverDemo.Workload;

/// <summary>
/// Reads the newest entry of one writer after the other, and holds it against the ledger: on a standby a read must see all that
/// was acknowledged longer than <see cref="ResilientPostgresOptions.MaxReplicationLag"/> before the read began; on a primary, all.
/// </summary>
sealed class Reader(int number, ResilientDataSource db, Ledger ledger, Scoreboard scores, ServerNames names)
{
    static readonly TimeSpan _rest = TimeSpan.FromMilliseconds(2);

    public async Task RunAsync(Func<bool> isOver, CancellationToken cancellationToken)
    {
        for (var writer = number % ledger.Writers.Count; !isOver(); writer = (writer + 1) % ledger.Writers.Count)
        {
            await ReadAsync(writer, cancellationToken);
            await Task.Delay(_rest, cancellationToken);
        }
    }

    async Task ReadAsync(int writer, CancellationToken cancellationToken)
    {
        try
        {
            var began = DemoClock.Now;
            var answer = await db.ReadAsync((connection, token) => QueryAsync(connection, writer, token), cancellationToken: cancellationToken);
            var due = ledger.Writers[writer].NewestBefore(answer.IsStandby ? began - DemoOptions.MaxReplicationLag : began);
            if (answer.Newest < due)
            {
                ledger.Add(new ShortRead(writer, answer.Newest, due));
                scores.Say($"A read on {names.All[answer.Server]} saw writer {writer} up to {answer.Newest} of {due}");
            }

            scores.Read(answer.Server);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            scores.ReadFailed(e);
        }
    }

    async Task<Answer> QueryAsync(NpgsqlConnection connection, int writer, CancellationToken cancellationToken)
    {
        // Two statements, as each has a snapshot of its own: in one, a promotion could fall between
        // the snapshot and the question, and a standby's answer would be judged as a primary's.
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("SELECT pg_is_in_recovery()"),
                new NpgsqlBatchCommand(Schema.Newest) { Parameters = { new NpgsqlParameter<int> { TypedValue = writer } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var isStandby = reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Answer(names.IndexOf(connection.Port), isStandby, reader.GetInt64(0));
    }

    readonly record struct Answer(int Server, bool IsStandby, long Newest);
}
