using System.Diagnostics;

namespace ResilientPostgres.IntegrationTests.Support;

/// <summary>Waits for a condition on real servers, generously: a slow machine is no failure.</summary>
static class Eventually
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    internal static async Task TrueAsync(Func<bool> condition, Func<string>? state = null)
    {
        var since = Stopwatch.StartNew();
        while (!condition())
        {
            if (since.Elapsed > _patience)
            {
                Assert.Fail($"Did not come true within {_patience.TotalSeconds} s. {state?.Invoke()}");
            }

            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
