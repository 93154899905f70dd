using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.Retry;
using ResilientPostgres;

namespace Snippets;

static class Failures
{
    static void Replace(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=pg-a,pg-b,pg-c;Database=blog;Username=app")
            .Configure(o => o.Hedging.Enabled = true)
            .ConfigureResilience(strategies => strategies.Retry = retry => retry
                .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 1, Delay = TimeSpan.FromMilliseconds(200) }));
    }

    static async Task Explain(ResilientDataSource db, CancellationToken ct)
    {
        try
        {
            await db.ReadAsync(static (_, _) => Task.CompletedTask, cancellationToken: ct);
        }
        catch (CallFailedException e)
        {
            // Nothing was changed; trying again later is safe.
            Console.WriteLine($"{e.Phase} on {e.Endpoint}, {e.Attempts.Length} attempts; {e.Decision}");
        }
    }
}
