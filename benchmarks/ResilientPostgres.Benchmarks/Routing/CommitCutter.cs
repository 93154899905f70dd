using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>Has the answer to one COMMIT in many be lost, at the same places of each load: they are counted, and drawn from the same seed.</summary>
sealed class CommitCutter(BlogProxies proxies) : DbTransactionInterceptor
{
    const int Seed = 7;
    const int OneIn = 40;

    readonly Lock _gate = new();
    readonly Random _random = new(Seed);
    int _cuts;
    int _commits;

    public int Commits => Volatile.Read(ref _commits);

    public int Cuts => Volatile.Read(ref _cuts);

    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _commits);
        if (IsNext())
        {
            Interlocked.Increment(ref _cuts);
            proxies.LoseAnswers();
        }

        return ValueTask.FromResult(result);
    }

    bool IsNext()
    {
        lock (_gate)
        {
            return _random.Next(OneIn) == 0;
        }
    }
}
