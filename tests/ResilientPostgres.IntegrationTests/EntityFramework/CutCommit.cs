using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.EntityFramework;

/// <summary>Cuts the exchange of the first COMMIT: it does not get to the server, or its answer does not come back.</summary>
sealed class CutCommit(ChaosProxy proxy, bool reachesTheServer) : DbTransactionInterceptor
{
    int _commits;

    internal int Commits => _commits;

    /// <summary>Off until the test has what it needs.</summary>
    internal bool IsArmed { get; set; }

    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (IsArmed && Interlocked.Increment(ref _commits) == 1)
        {
            proxy.Freeze(reachesTheServer ? ProxyDirection.ToClient : ProxyDirection.ToServer);
            _ = CutAsync();
        }

        return ValueTask.FromResult(result);
    }

    async Task CutAsync()
    {
        await Task.Delay(100);
        proxy.ResetAll();
        proxy.Thaw();
    }
}
