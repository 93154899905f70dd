namespace FailoverDemo;

/// <summary>The one clock of the demo: monotonic, so that a moment of acknowledgment and a moment of reading can be compared.</summary>
static class DemoClock
{
    static readonly long _start = TimeProvider.System.GetTimestamp();

    /// <summary>Since the start of the program.</summary>
    public static TimeSpan Now => TimeProvider.System.GetElapsedTime(_start);
}
