using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>The samples of one case against the truth. Times are in milliseconds.</summary>
sealed class LagFigures
{
    readonly List<double> _truths = [];
    readonly List<double> _bounds = [];
    readonly List<double> _boundErrors = [];
    readonly List<double> _naiveErrors = [];

    public LagFigures(IReadOnlyList<LagSample> samples, Heartbeat heartbeat)
    {
        foreach (var sample in samples)
        {
            var truth = heartbeat.LagAt(sample.Moment, sample.Visible);
            _truths.Add(truth.TotalMilliseconds);
            if (sample.Bound is { } bound)
            {
                _bounds.Add(bound.TotalMilliseconds);
                _boundErrors.Add((bound - truth).TotalMilliseconds);
                Unsound += bound < truth ? 1 : 0;
                HalfBoundUnsound += bound / 2 < truth ? 1 : 0;
            }

            if (sample.Naive is { } naive)
            {
                _naiveErrors.Add((naive - truth).TotalMilliseconds);
                NaiveUnsound += truth > TimeSpan.Zero && naive < truth ? 1 : 0;
            }
        }
    }

    public int Samples => _truths.Count;

    /// <summary>Nothing was claimed, so nothing can be wrong.</summary>
    public int Unproven => _truths.Count - _bounds.Count;

    /// <summary>The bound says that a heartbeat is there which is not.</summary>
    public int Unsound { get; }

    /// <summary>As many would be unsound if the bound were half of what it is: that something would be found.</summary>
    public int HalfBoundUnsound { get; }

    /// <summary>Also less than nothing is right where nothing is missing.</summary>
    public int NaiveUnsound { get; }

    public double Truth(double share) => Sample.Percentile(_truths, share);

    public double Bound(double share) => Sample.Percentile(_bounds, share);

    public double BoundError(double share) => Sample.Percentile(_boundErrors, share);

    public double NaiveError(double share) => Sample.Percentile(_naiveErrors, share);
}
