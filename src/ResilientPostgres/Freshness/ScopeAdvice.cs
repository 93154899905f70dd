using Microsoft.Extensions.Logging;
using ResilientPostgres.Diagnostics;

namespace ResilientPostgres.Freshness;

/// <summary>Counts reads that standbys lost for the sake of freshness, and says now and then when scopes would give them back.</summary>
sealed class ScopeAdvice(string cluster, Func<CallMetrics> metrics, ILogger logger)
{
    const int Many = 100;

    static readonly TimeSpan _window = TimeSpan.FromMinutes(1);
    static readonly TimeSpan _silence = TimeSpan.FromHours(1);

    readonly Lock _gate = new();
    TimeSpan _began;
    TimeSpan _quietUntil;
    int _count;

    /// <param name="now">Our time.</param>
    /// <param name="isForOthers">What it had to see may have been written by anybody in the process.</param>
    public void Redirected(TimeSpan now, bool isForOthers)
    {
        metrics().Redirected(isForOthers);
        if (isForOthers && Count(now))
        {
            logger.ScopesWouldHelp(cluster, Many, _window.TotalSeconds);
        }
    }

    public void Waited(TimeSpan time) => metrics().Waited(time);

    bool Count(TimeSpan now)
    {
        lock (_gate)
        {
            if (now - _began > _window)
            {
                (_began, _count) = (now, 0);
            }

            if (++_count < Many || now < _quietUntil)
            {
                return false;
            }

            _quietUntil = now + _silence;
            return true;
        }
    }
}
