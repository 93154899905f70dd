namespace ResilientPostgres.Settings;

/// <summary>The retry options, frozen.</summary>
sealed record RetrySettings(int MaxRetries, TimeSpan BaseDelay, TimeSpan MaxDelay, double BudgetRatio, double BudgetPerSecond)
{
    public static RetrySettings Freeze(RetryOptions options) =>
        new(options.MaxRetries, options.BaseDelay, options.MaxDelay, options.BudgetRatio, options.BudgetPerSecond);
}
