namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>
/// Takes the time of the first write that another server acknowledges (or of its first attempt). A killed postmaster's sessions live on for some
/// milliseconds and may acknowledge more; those are the old server's and do not count.
/// </summary>
sealed class Watch
{
    int _oldPort;
    long _first;

    /// <summary>From now on the first write on another server is waited for.</summary>
    public void Arm(int oldPort)
    {
        Volatile.Write(ref _first, 0);
        Volatile.Write(ref _oldPort, oldPort);
    }

    public void Note(int port)
    {
        if (port != Volatile.Read(ref _oldPort))
        {
            Interlocked.CompareExchange(ref _first, TimeProvider.System.GetTimestamp(), 0);
        }
    }

    /// <summary>When the new one was first heard of, once it has been.</summary>
    public async Task<long> FirstAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        while (Volatile.Read(ref _first) == 0)
        {
            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(30))
            {
                throw new TimeoutException("No write was acknowledged within 30 s of a failover");
            }

            await Task.Delay(5);
        }

        return Volatile.Read(ref _first);
    }
}
