namespace ResilientPostgres.Monitoring;

/// <summary>Time since the data source was made, on the injected provider's monotonic clock: the only clock anything is compared on.</summary>
sealed class MonotonicClock(TimeProvider time)
{
    readonly long _start = time.GetTimestamp();

    public TimeProvider Time => time;

    public TimeSpan Now => time.GetElapsedTime(_start);

    public Task Delay(TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(delay, time, cancellationToken);
}
