using ResilientPostgres.Options;


namespace ResilientPostgres;

/// <summary>
/// A second attempt of a slow read on another endpoint; the first to answer wins and the other is cancelled. For
/// <c>ReadAsync</c> only, whose work must then bear running twice at the same time.
/// </summary>
public sealed class HedgingOptions
{
    /// <summary>Whether reads are hedged.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool Enabled { get; set; }

    /// <summary>How long the first attempt may take before the second begins; if not set, as long as 95 % of the recent reads took.</summary>
    /// <value>The default is the measured 95th percentile; 1 millisecond to 1 day.</value>
    public TimeSpan? Delay { get; set; }

    /// <summary>The largest share of reads that may have a second attempt, over ten seconds, 0 to 1.</summary>
    /// <value>The default value is 0.05.</value>
    public double MaxShare { get; set; } = Defaults.HedgingMaxShare;
}
