namespace ResilientPostgres.Benchmarks.Reporting;

/// <summary>Figures of several rounds.</summary>
static class Sample
{
    public static double Median(IEnumerable<double> values) => Percentile(values, 0.5);

    /// <summary>The mean of the middle four fifths: where what is measured has two humps, a median falls on the one or the other.</summary>
    public static double Middle(IReadOnlyCollection<double> values)
    {
        var cut = values.Count / 10;
        return values.Order().Skip(cut).Take(values.Count - 2 * cut).Average();
    }

    /// <summary>By linear interpolation; NaN of nothing.</summary>
    public static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0)
        {
            return double.NaN;
        }

        var position = share * (sorted.Length - 1);
        var low = (int)position;
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + (sorted[high] - sorted[low]) * (position - low);
    }
}
