using ResilientPostgres;
using ResilientPostgres.Testing;

namespace Snippets;

/// <summary>The proxy's code in docs/testing.md.</summary>
static class Testing
{
    public static async Task ProxyAsync()
    {
        await using var proxy = await ChaosProxy.StartAsync("pg-a", 5432);
        await using var db = new ResilientDataSourceBuilder($"Host={proxy.Host};Port={proxy.Port};Database=blog;Username=app").Build();

        proxy.Latency = TimeSpan.FromMilliseconds(5); // Both ways, so a round trip takes 10 ms more.
        proxy.LatencyDirection = ProxyDirection.ToClient; // Replies only: 5 ms more.

        proxy.Freeze(); // Nothing passes, and nobody is told.
        proxy.Thaw();

        proxy.CutAfter(ProxyDirection.ToClient, bytes: 0); // The next reply is lost, and its connection reset.
    }
}
