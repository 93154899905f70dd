using FailoverDemo.Workload;
using Npgsql;
using ResilientPostgres;

namespace FailoverDemo.Checks;

/// <summary>Holds the table against the ledger, after the last call has ended.</summary>
sealed class Verifier(ResilientDataSource db, Ledger ledger)
{
    public async Task<Verdict> VerifyAsync(CancellationToken cancellationToken)
    {
        var written = ledger.Writers.Select(static _ => new HashSet<long>()).ToArray();
        await using var connection = await db.OpenNpgsqlConnectionAsync(ReadPreference.Primary, cancellationToken);
        await CollectAsync(connection, written, cancellationToken);
        await using var doubled = new NpgsqlCommand(Schema.Doubled, connection);
        var duplicated = (long)(await doubled.ExecuteScalarAsync(cancellationToken))!;

        var lost = ledger.Writers.Select((writer, number) => writer.Acknowledged().Count(sequence => !written[number].Contains(sequence))).Sum();
        var stale = ledger.ShortReads.Count(read => IsStale(read, written[read.Writer]));
        return new Verdict(ledger.AcknowledgedCount, lost, duplicated, ledger.UnknownCount, stale);
    }

    static async Task CollectAsync(NpgsqlConnection connection, HashSet<long>[] written, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Schema.Entries, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            written[reader.GetInt32(0)].Add(reader.GetInt64(1));
        }
    }

    /// <summary>It missed something that was there to be seen, rather than something that had been lost before.</summary>
    static bool IsStale(ShortRead read, HashSet<long> written)
    {
        for (var sequence = read.Seen + 1; sequence <= read.Due; sequence++)
        {
            if (written.Contains(sequence))
            {
                return true;
            }
        }

        return false;
    }
}
