namespace ResilientPostgres.IntegrationTests.Servers;

/// <summary>Asks again until the answer is yes, generously: a slow machine is no failure.</summary>
static class Until
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    internal static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < _patience, $"Not within {_patience}: {what}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
