using Microsoft.Extensions.Time.Testing;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Tests.Fake;

/// <summary>Clusters beside other work, and after their end.</summary>
public sealed class FakeLifetimeTests
{
    [Fact]
    public async Task DisposedCluster_SaysSo_AndStaysDown()
    {
        var pg = await FakePostgresCluster.StartAsync();
        await pg.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => pg.On("SELECT 1 FROM t"));
        Assert.Throws<ObjectDisposedException>(() => pg.CreateDataSource());
        Assert.Throws<ObjectDisposedException>(() => pg.Accept(pg.Primary));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pg.FailOverAsync());
        Assert.Empty(pg.Statements);
    }

    [Fact]
    public async Task WaitThatEndsNever_SaysHowThingsStand()
    {
        var clock = new FakeTimeProvider();
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 1, clock);
        pg.Kill(pg.Primary);

        var late = await Assert.ThrowsAsync<TimeoutException>(() => pg.AdvanceUntilAsync(clock.Advance, new TaskCompletionSource().Task, limit: TimeSpan.FromSeconds(1)));

        Assert.Contains("pg1 down, pg2 Standby", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settle_EndsThoughTheThreadPoolIsBusyWithOtherTests()
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 0);
        using var stop = new CancellationTokenSource();
        var others = Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await Task.Yield();
            }
        })).ToArray();

        await pg.SettleAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await Task.WhenAll(others);
    }
}
