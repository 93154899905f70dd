using Npgsql;
using ResilientPostgres.Benchmarks.Faults;
using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Commits;

/// <summary>The same cuts with plain Npgsql and the rule of EF Core's retrying strategy: whatever is transient is run again, whole.</summary>
static class ControlRun
{
    /// <returns>How many writes were there twice.</returns>
    public static async Task<long> RunAsync(Scenario scenario)
    {
        await using var servers = await Proxied.StartAsync(0);
        await using var source = NpgsqlDataSource.Create(servers.ConnectionString + ";Timeout=3");
        var proxy = servers.Before(servers.Cluster.Primary);
        var (up, down) = (0L, 0L);
        await TransactAsync(source, Work.NextId(), _ => (up, down) = (proxy.BytesToServer, proxy.BytesToClient));
        var places = Cut.Places((int)(proxy.BytesToServer - up), (int)(proxy.BytesToClient - down), scenario.Places);
        foreach (var cut in places)
        {
            var befallen = Task.CompletedTask;
            await RetryAsync(source, pid =>
            {
                proxy.CutAfter(cut.Direction, cut.After);
                befallen = Task.Run(async () =>
                {
                    await Task.Delay(5);
                    await scenario.Befall(servers, pid);
                });
            });
            await befallen;
        }

        var duplicates = await servers.CountDuplicatesAsync();
        Report.Progress($"control, {scenario.Name}: {places.Count} cuts, {duplicates} written twice");
        return duplicates;
    }

    static async Task RetryAsync(NpgsqlDataSource source, Action<int> beforeCommit)
    {
        var id = Work.NextId();
        for (var attempt = 0; attempt < 6; attempt++)
        {
            try
            {
                await TransactAsync(source, id, attempt == 0 ? beforeCommit : static _ => { });
                return;
            }
            catch (Exception e) when (e is TimeoutException or NpgsqlException { IsTransient: true })
            {
                await Task.Delay(50 << attempt);
            }
            catch (NpgsqlException)
            {
                return;
            }
        }
    }

    static async Task TransactAsync(NpgsqlDataSource source, long id, Action<int> beforeCommit)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Work.InsertAsync(connection, id, 0, CancellationToken.None);
        beforeCommit(connection.ProcessID);
        await transaction.CommitAsync();
    }
}
