using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Poolers;

/// <summary>A COMMIT through a pooler whose answer is lost.</summary>
static class LostAnswer
{
    internal static async Task CheckAsync(ResilientDataSource db, ChaosProxy proxy, bool reachesTheServer)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await Pooled.ExecuteAsync(db, "CREATE TABLE lost (id int)");
        var runs = 0;
        var commit = await db.TransactAsync(
            async (transaction, token) =>
            {
                runs++;
                await using var insert = transaction.CreateCommand("INSERT INTO lost VALUES (1)");
                await insert.ExecuteNonQueryAsync(token);
                if (runs == 1)
                {
                    proxy.Freeze(reachesTheServer ? ProxyDirection.ToClient : ProxyDirection.ToServer);
                    _ = CutAsync(proxy);
                }
            },
            cancellationToken: cancelled);

        Assert.Equal(1, await Pooled.AskAsync(db, "SELECT count(*)::int FROM lost", ReadPreference.Primary));
        Assert.Equal(reachesTheServer ? 1 : 2, runs);
        Assert.Equal(reachesTheServer, commit.Evidence is not null);
    }

    static async Task CutAsync(ChaosProxy proxy)
    {
        await Task.Delay(200);
        proxy.ResetAll();
        proxy.Thaw();
    }
}
