namespace ResilientPostgres.Monitoring;

/// <summary>Calls back at a steady pace until stopped: one timer for all deadlines.</summary>
sealed class DeadlineTicker(MonotonicClock clock, Action<TimeSpan> tick)
{
    /// <summary>A deadline is kept to within this.</summary>
    public static readonly TimeSpan Resolution = TimeSpan.FromMilliseconds(20);

    public ITimer Start() => clock.Time.CreateTimer(_ => tick(clock.Now), null, Resolution, Resolution);
}
