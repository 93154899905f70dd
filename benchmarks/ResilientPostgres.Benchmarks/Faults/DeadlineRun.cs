using System.Diagnostics;
using System.Diagnostics.Metrics;
using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Faults;

/// <summary>A frozen server and nobody to take over: callers' own deadlines, the thaw, and what was left behind.</summary>
static class DeadlineRun
{
    static readonly TimeSpan _deadline = TimeSpan.FromMilliseconds(300);

    public static async Task<(double OvershootMs, double ThawServeMs, double Orphans)> RunAsync()
    {
        await using var servers = await Proxied.StartAsync(standbys: 0);
        await using var db = new ResilientDataSourceBuilder(servers.ConnectionString) { Name = "deadline" }.Build();
        await db.ReadyAsync();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => db.SleepAsync(0.02, ReadPreference.Primary)));

        // Code that never ran costs its compilation, whatever the server does.
        for (var i = 0; i < 5; i++)
        {
            await Task.WhenAll(OvershootAsync(t => db.SleepAsync(1, ReadPreference.Primary, t)), OvershootAsync(t => db.InsertAsync(Work.NextId(), 1, t)));
        }

        servers.Before(servers.Cluster.Primary).Freeze();
        var calls = Enumerable.Range(0, 30).SelectMany(_ => new[] { OvershootAsync(t => db.SleepAsync(0, ReadPreference.Primary, t)), OvershootAsync(t => db.InsertAsync(Work.NextId(), 0, t)) });
        var overshoot = (await Task.WhenAll(calls)).Max();
        await Task.Delay(3000);
        var orphansBefore = Orphans("deadline");

        var clock = Stopwatch.StartNew();
        servers.Before(servers.Cluster.Primary).Thaw();
        for (var i = 0; i < 20; i++)
        {
            await db.InsertAsync(Work.NextId());
        }

        var served = clock.Elapsed.TotalMilliseconds;
        await Task.Delay(TimeSpan.FromSeconds(2) - clock.Elapsed is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero);
        var orphans = Orphans("deadline");
        Report.Progress($"deadline of {_deadline.TotalMilliseconds:F0} ms overshot by {overshoot:F1} ms at most; 20 writes {served:F0} ms after the thaw; orphans {orphansBefore} while frozen, {orphans} two seconds after");
        return (overshoot, served, orphans);
    }

    static async Task<double> OvershootAsync(Func<CancellationToken, Task> call)
    {
        using var caller = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        caller.CancelAfter(_deadline);
        try
        {
            await call(caller.Token);
        }
        catch (OperationCanceledException)
        {
            // As it should.
        }

        return (clock.Elapsed - _deadline).TotalMilliseconds;
    }

    static double Orphans(string cluster)
    {
        var orphans = double.NaN;
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
