namespace ResilientPostgres.Settings;

/// <summary>The hedging options, frozen.</summary>
sealed record HedgingSettings(bool Enabled, TimeSpan? Delay, double MaxShare)
{
    public static HedgingSettings Freeze(HedgingOptions options) => new(options.Enabled, options.Delay, options.MaxShare);
}
