using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace FailoverDemo.Workload;

/// <summary>How often the library repeated a call, from its own meter. A hosted service, so that it listens before the first call.</summary>
sealed class RepeatCounter : IHostedService, IDisposable
{
    readonly MeterListener _listener = new();
    long _count;

    public long Count => Volatile.Read(ref _count);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "ResilientPostgres", Name: "resilient_postgres.calls.repeated" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, added, _, _) => Interlocked.Add(ref _count, added));
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();
}
