namespace ResilientPostgres.Testing;

/// <summary>Waits for conditions that nothing announces.</summary>
internal static class Poll
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns whether the condition became true in time.</summary>
    internal static Task<bool> UntilAsync(Func<bool> condition, TimeSpan timeout, CancellationToken cancellationToken) =>
        UntilAsync(_ => new ValueTask<bool>(condition()), timeout, cancellationToken);

    /// <summary>Returns whether the condition became true in time.</summary>
    internal static async Task<bool> UntilAsync(
        Func<CancellationToken, ValueTask<bool>> condition, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (!await condition(cancellationToken).ConfigureAwait(false))
        {
            if (clock.GetElapsedTime(start) > timeout)
            {
                return false;
            }

            await Task.Delay(Interval, clock, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }
}
