using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>Holds and delays replay on each standby by chance, for up to five seconds at a time, with good times between.</summary>
sealed class ReplayTrouble(PostgresCluster cluster, Random random)
{
    const int Longest = 5000;

    CancellationTokenSource _stop = new();
    Task _all = Task.CompletedTask;

    public void Begin()
    {
        _stop = new CancellationTokenSource();
        _all = Task.WhenAll(cluster.Standbys.Select(standby => RunAsync(standby, new Random(random.Next()), _stop.Token)));
    }

    /// <summary>Ends it as it stands: what is held stays held.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _all;
    }

    /// <summary>Lets all standbys go on.</summary>
    public Task ClearAsync() => Task.WhenAll(cluster.Standbys.Select(ClearAsync));

    async Task ClearAsync(PostgresServer standby)
    {
        await cluster.ResumeReplayAsync(standby);
        await cluster.DelayReplayAsync(standby, TimeSpan.Zero);
    }

    async Task RunAsync(PostgresServer standby, Random own, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            switch (own.Next(3))
            {
                case 0:
                    await cluster.PauseReplayAsync(standby, CancellationToken.None);
                    await WaitAsync(own.Next(Longest), stop);
                    break;
                case 1:
                    await cluster.DelayReplayAsync(standby, TimeSpan.FromMilliseconds(own.Next(Longest)), CancellationToken.None);
                    await WaitAsync(own.Next(Longest), stop);
                    break;
            }

            if (!stop.IsCancellationRequested)
            {
                await ClearAsync(standby);
                await WaitAsync(own.Next(Longest / 2), stop);
            }
        }
    }

    static Task WaitAsync(int milliseconds, CancellationToken stop) =>
        Task.Delay(milliseconds, stop).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
