using System.Globalization;

namespace ResilientPostgres.Settings;

/// <summary>The limits of the options that are numbers or time spans, and those between two of them.</summary>
static class SpanRules
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static void Check(ResilientPostgresOptions options, List<string> failures)
    {
        var m = options.Monitoring;
        Within(failures, "MaxReplicationLag", options.MaxReplicationLag, Milliseconds(10), Day);
        Within(failures, "MaxReplicationLagBytes", options.MaxReplicationLagBytes ?? long.MaxValue, 1024, long.MaxValue);
        Within(failures, "AttemptTimeout", options.AttemptTimeout, Milliseconds(10), Day);
        Within(failures, "TotalTimeout", options.TotalTimeout, Milliseconds(10), Day);
        OfResilience(options, failures);
        Within(failures, "Monitoring:ProbeInterval", m.ProbeInterval, Milliseconds(20), TimeSpan.FromMinutes(5));
        Within(failures, "Monitoring:ProbeTimeout", m.ProbeTimeout, Milliseconds(10), TimeSpan.FromMinutes(1));
        Within(failures, "Monitoring:PanicInterval", m.PanicInterval, Milliseconds(5), TimeSpan.FromMinutes(1));
        Within(failures, "Monitoring:PanicDuration", m.PanicDuration, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        Within(failures, "Monitoring:PanicMaxInterval", m.PanicMaxInterval, Milliseconds(5), TimeSpan.FromMinutes(5));
        Within(failures, "Monitoring:DiscoveryInterval", m.DiscoveryInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Within(failures, "Monitoring:DiscoveryTimeout", m.DiscoveryTimeout, Milliseconds(100), TimeSpan.FromMinutes(1));
        Within(failures, "Monitoring:DiscoveryMemory", m.DiscoveryMemory, TimeSpan.Zero, Day);
        Within(failures, "Affinity:MaxLatencyDifference", options.Affinity?.MaxLatencyDifference ?? Milliseconds(1), TimeSpan.FromMicroseconds(100), TimeSpan.FromSeconds(10));
        Between(options, m, failures);
    }

    static void OfResilience(ResilientPostgresOptions options, List<string> failures)
    {
        if (options.Retry is { } retry)
        {
            Within(failures, "Retry:MaxRetries", retry.MaxRetries, 0, 100);
            Within(failures, "Retry:BaseDelay", retry.BaseDelay, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            Within(failures, "Retry:MaxDelay", retry.MaxDelay, TimeSpan.Zero, TimeSpan.FromMinutes(10));
            Within(failures, "Retry:BudgetRatio", retry.BudgetRatio, 0, 10);
            Within(failures, "Retry:BudgetPerSecond", retry.BudgetPerSecond, 0, 1_000_000);
            if (retry.MaxDelay < retry.BaseDelay && Stand(failures, "Retry:MaxDelay", "Retry:BaseDelay"))
            {
                failures.Add($"Retry:MaxDelay is {retry.MaxDelay} and Retry:BaseDelay {retry.BaseDelay}: pauses grow, they do not shrink. Raise the maximum.");
            }
        }

        if (options.CircuitBreaker is { } breaker)
        {
            Within(failures, "CircuitBreaker:FailureRatio", breaker.FailureRatio, 0.001, 1);
            Within(failures, "CircuitBreaker:MinimumThroughput", breaker.MinimumThroughput, 2, 1_000_000);
            Within(failures, "CircuitBreaker:SamplingDuration", breaker.SamplingDuration, Milliseconds(500), Day);
            Within(failures, "CircuitBreaker:BreakDuration", breaker.BreakDuration, Milliseconds(500), Day);
        }

        if (options.Commits is { } commits)
        {
            TokenRules.Check(commits, options.TotalTimeout, failures);
        }

        if (options.Hedging is { } hedging)
        {
            Within(failures, "Hedging:MaxShare", hedging.MaxShare, 0, 1);
            Within(failures, "Hedging:Delay", hedging.Delay ?? Milliseconds(1), Milliseconds(1), Day);
        }
    }

    static void Between(ResilientPostgresOptions options, MonitoringOptions m, List<string> failures)
    {
        string[] refused = [.. failures];
        if (m.ProbeTimeout >= m.ProbeInterval && Stand(refused, "Monitoring:ProbeTimeout", "Monitoring:ProbeInterval"))
        {
            failures.Add($"Monitoring:ProbeTimeout is {m.ProbeTimeout} and Monitoring:ProbeInterval {m.ProbeInterval}: a probe must end before the next one begins. Lower the timeout or raise the interval.");
        }

        if (m.PanicInterval > m.ProbeInterval && Stand(refused, "Monitoring:PanicInterval", "Monitoring:ProbeInterval"))
        {
            failures.Add($"Monitoring:PanicInterval is {m.PanicInterval} and Monitoring:ProbeInterval {m.ProbeInterval}: in doubt servers are probed more often, not less. Lower the panic interval.");
        }

        if (m.PanicMaxInterval < m.PanicInterval && Stand(refused, "Monitoring:PanicMaxInterval", "Monitoring:PanicInterval"))
        {
            failures.Add($"Monitoring:PanicMaxInterval is {m.PanicMaxInterval} and Monitoring:PanicInterval {m.PanicInterval}: the pace backs off, it does not quicken. Raise the maximum.");
        }

        if (options.Consistency is { } consistency && Stand(refused, "Consistency:StandbyWait", "AttemptTimeout"))
        {
            Within(failures, "Consistency:StandbyWait", consistency.StandbyWait, TimeSpan.Zero, options.AttemptTimeout);
        }

        if (options.AttemptTimeout > options.TotalTimeout && Stand(refused, "AttemptTimeout", "TotalTimeout"))
        {
            failures.Add($"AttemptTimeout is {options.AttemptTimeout} and TotalTimeout {options.TotalTimeout}: one attempt can't outlast the whole call. Lower the first or raise the second.");
        }
    }

    public static void Within<T>(List<string> failures, string key, T value, T least, T most)
        where T : IComparable<T>
    {
        // Written so that a number that is none (NaN) is refused too.
        if (!(value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0))
        {
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"{key} is {value}; it must be between {least} and {most}.{HintOf(value)}"));
        }
    }

    /// <summary>For whoever wrote a plain number: days are read, seconds were meant.</summary>
    public static string HintOf<T>(T value) => value is TimeSpan { Ticks: > 0 } span && span.Ticks % TimeSpan.TicksPerDay == 0
        ? $" A plain number counts days; {span.Days} seconds are written {TimeSpan.FromSeconds(span.Days)}."
        : "";

    /// <summary>What is said of two values would merely follow where one has been refused already, and may be wrong.</summary>
    public static bool Stand(IEnumerable<string> failures, string one, string other) => !failures.Any(f => IsOf(f, one) || IsOf(f, other));

    static bool IsOf(string failure, string key) => failure.StartsWith(key, StringComparison.Ordinal) && failure.AsSpan(key.Length) is [' ', ..];

    static TimeSpan Milliseconds(int value) => TimeSpan.FromMilliseconds(value);
}
