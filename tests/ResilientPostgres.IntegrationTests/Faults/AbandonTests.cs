using System.Diagnostics;
using System.Diagnostics.Metrics;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Faults;

/// <summary>What is left behind on a frozen server: with the hard abort nothing, without it until the driver gives up.</summary>
public sealed class AbandonTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Callers_are_free_and_orphans_end(bool isHardAbortOff)
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var proxy = await ChaosProxy.StartAsync(cluster.Primary.Host, cluster.Primary.Port);
        var name = $"abandon {isHardAbortOff} {proxy.Port}";
        await using var db = await Resilient.Over(Resilient.Through(cluster, (cluster.Primary, proxy)) + ";Command Timeout=4;Timeout=2", configure: b =>
        {
            b.Name = name;
            b.IsHardAbortOff = isHardAbortOff;
        }).ReadyAsync();
        proxy.Freeze();

        var since = Stopwatch.StartNew();
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var calls = Enumerable.Range(0, 5).Select(_ => Assert.ThrowsAnyAsync<OperationCanceledException>(() => db.ReadAsync(
            static (c, ct) => Resilient.ScalarAsync<int>(c, "SELECT 1", ct), ReadPreference.Primary, caller.Token)));
        await Task.WhenAll(calls);
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(1.5), $"{since.ElapsedMilliseconds} ms");

        // Those whose connecting or reading goes on.
        if (isHardAbortOff)
        {
            Assert.True(Orphans(name) > 0);
        }

        proxy.Thaw();
        await Eventually.TrueAsync(() => Orphans(name) == 0, () => $"{Orphans(name)} orphans");
        Assert.Equal(1, await db.ReadAsync<int>("SELECT 1", ReadPreference.Primary));
        await Eventually.TrueAsync(() => db.Topology.Current.Endpoints[0].InFlight == 0);
    }

    internal static long Orphans(string cluster)
    {
        var orphans = -1L;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, l) =>
            {
                if (instrument is { Meter.Name: "ResilientPostgres", Name: "resilient_postgres.orphans" })
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                orphans = Equals(tag.Value, cluster) ? value : orphans;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return orphans;
    }
}
