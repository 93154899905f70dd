namespace ResilientPostgres.Options;

/// <summary>Every default in one place; the options, their documentation and the validators share these constants.</summary>
static class Defaults
{
    public const int Port = 5432;
    public const int MaxRetries = 3;
    public const int ConnectTimeoutSeconds = 3;
    public const int CommandTimeoutSeconds = 30;
    public const double BudgetRatio = 0.2;
    public const double BudgetPerSecond = 1;
    public const double BreakerFailureRatio = 0.5;
    public const int BreakerMinimumThroughput = 20;
    public const int LedgerCapacity = 0;
    public const int CachedStatements = 4096;
    public const int PreparedStatements = 100;
    public const int PreparedAfterUses = 5;
    public const string TokenTable = "resilient_postgres.commits";
    public const double HedgingMaxShare = 0.05;

    /// <summary>What probes prove of a standby's lag is sample age plus observation age; a limit below three intervals needs questions of its own.</summary>
    public const int LagIntervals = 3;

    public static readonly TimeSpan MaxReplicationLag = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan StandbyWait = TimeSpan.FromMilliseconds(5);
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan TotalTimeout = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan CatalogRefreshInterval = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan TokenRetention = TimeSpan.FromDays(1);
    public static readonly TimeSpan RetryBaseDelay = TimeSpan.FromMilliseconds(20);
    public static readonly TimeSpan RetryMaxDelay = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan BreakerSamplingDuration = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan BreakerBreakDuration = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan ProbeTimeout = TimeSpan.FromMilliseconds(400);
    public static readonly TimeSpan PanicInterval = TimeSpan.FromMilliseconds(50);
    public static readonly TimeSpan PanicDuration = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan PanicMaxInterval = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan DiscoveryInterval = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan DiscoveryTimeout = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan DiscoveryMemory = TimeSpan.FromMinutes(2);
}
