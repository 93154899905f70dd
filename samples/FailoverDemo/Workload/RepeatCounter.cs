using System.Diagnostics.Metrics;

namespace FailoverDemo.Workload;

/// <summary>How often the library repeated a call, from its own meter.</summary>
sealed class RepeatCounter : IDisposable
{
    readonly MeterListener _listener = new();
    long _count;

    public RepeatCounter()
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
    }

    public long Count => Volatile.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
