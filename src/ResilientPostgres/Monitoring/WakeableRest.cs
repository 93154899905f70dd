namespace ResilientPostgres.Monitoring;

/// <summary>A rest between two probes that ends by time, by news from the server, or by a wish to probe at once.</summary>
sealed class WakeableRest(MonotonicClock clock)
{
    readonly Lock _gate = new();
    CancellationTokenSource? _current;
    bool _isWanted;

    public void Wake()
    {
        lock (_gate)
        {
            _isWanted = true;

            // Not inline: the driver's callback must not run on the thread of a caller that only reported a failure.
            _ = _current?.CancelAsync();
        }
    }

    /// <exception cref="Exception">The session ended.</exception>
    public async Task ForAsync(IProbeSession? session, TimeSpan delay, bool isWakeable, CancellationToken stop)
    {
        using var timer = new CancellationTokenSource(delay, clock.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
        if (!Begin(end, isWakeable))
        {
            return;
        }

        try
        {
            await (session?.WaitForNewsAsync(end.Token) ?? clock.Delay(Timeout.InfiniteTimeSpan, end.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Time is up, or somebody wants to know.
        }
        finally
        {
            lock (_gate)
            {
                _current = null;
            }
        }
    }

    bool Begin(CancellationTokenSource end, bool isWakeable)
    {
        lock (_gate)
        {
            if (isWakeable && _isWanted)
            {
                _isWanted = false;
                return false;
            }

            _isWanted = false;
            _current = isWakeable ? end : null;
            return true;
        }
    }
}
