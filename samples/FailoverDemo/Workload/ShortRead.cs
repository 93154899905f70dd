namespace FailoverDemo.Workload;

/// <summary>
/// A read that saw a writer's entries only up to <paramref name="Seen"/> though <paramref name="Due"/> had been acknowledged long enough.
/// It was stale, unless what it missed had been lost (which counts as that): only the final check can tell.
/// </summary>
readonly record struct ShortRead(int Writer, long Seen, long Due);
