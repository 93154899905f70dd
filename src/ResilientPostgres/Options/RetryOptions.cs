using ResilientPostgres.Options;


namespace ResilientPostgres;

/// <summary>How failed calls are repeated, where repeating them is safe.</summary>
public sealed class RetryOptions
{
    /// <summary>How often one call may be repeated, 0 to 100. Waiting for a server does not count.</summary>
    /// <value>The default value is 3.</value>
    public int MaxRetries { get; set; } = Defaults.MaxRetries;

    /// <summary>
    /// The middle of the first pause; each later one is twice as long, with jitter. A call whose server is gone is repeated without
    /// one, for routing knows where to go, or waits until it does.
    /// </summary>
    /// <value>The default value is 20 milliseconds; up to 1 minute.</value>
    public TimeSpan BaseDelay { get; set; } = Defaults.RetryBaseDelay;

    /// <summary>The longest pause. Not below <see cref="BaseDelay"/>.</summary>
    /// <value>The default value is 1 second; up to 10 minutes.</value>
    public TimeSpan MaxDelay { get; set; } = Defaults.RetryMaxDelay;

    /// <summary>
    /// Retries allowed per call over ten seconds, all callers of the data source together; beyond it calls fail at once, so that a
    /// struggling server is not asked four times as much. A server that turns out to be down does not count. 0 to 10.
    /// </summary>
    /// <value>The default value is 0.2.</value>
    public double BudgetRatio { get; set; } = Defaults.BudgetRatio;

    /// <summary>Retries allowed per second beside <see cref="BudgetRatio"/>, for when there are few calls. 0 to 1,000,000.</summary>
    /// <value>The default value is 1.</value>
    public double BudgetPerSecond { get; set; } = Defaults.BudgetPerSecond;
}
