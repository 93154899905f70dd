using Npgsql;

namespace ResilientPostgres.Benchmarks.Commits;

/// <summary>One transaction that inserts its id, tried once, and what its caller is told.</summary>
static class Told
{
    public static async Task<(Verdict Verdict, string Why)> TransactAsync(ResilientDataSource db, long id, Func<Task>? beforeCommit = null)
    {
        try
        {
            var commit = await db.TransactAsync(
                async (tx, ct) =>
                {
                    await using var insert = tx.CreateCommand("INSERT INTO written VALUES ($1)");
                    insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
                    await insert.ExecuteNonQueryAsync(ct);
                    if (beforeCommit is not null)
                    {
                        await beforeCommit();
                    }
                },
                new TransactOptions { MaxAttempts = 1, Tag = id.ToString(System.Globalization.CultureInfo.InvariantCulture) });
            return (Verdict.Committed, commit.Evidence?.Reason ?? "answered");
        }
        catch (CommitOutcomeUnknownException e)
        {
            return (Verdict.Unknown, e.Evidence.Reason);
        }
        catch (OutcomeUnknownException e)
        {
            return (Verdict.Unknown, e.Message);
        }
        catch (NpgsqlException e)
        {
            return (Verdict.NotCommitted, e.Message);
        }
    }
}
