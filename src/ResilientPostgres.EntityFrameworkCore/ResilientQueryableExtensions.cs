using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Says of a single query where it may run. The query carries it as a comment (a query tag), which the cluster's routing reads.</summary>
public static partial class ResilientQueryableExtensions
{
    const string Prefix = "resilient_postgres:";

    /// <summary>Runs the query on the primary.</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="source">The query.</param>
    /// <returns>The query, tagged.</returns>
    public static IQueryable<T> AsPrimary<T>(this IQueryable<T> source) => source.TagWith(Prefix + "primary");

    /// <summary>Runs the query on a standby that is provably at most this far behind, else on the primary.</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="source">The query.</param>
    /// <param name="maxLag">The limit, in whole milliseconds; at least one.</param>
    /// <returns>The query, tagged.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is less than a millisecond, or more than a day.</exception>
    public static IQueryable<T> WithMaxLag<T>(this IQueryable<T> source, TimeSpan maxLag)
    {
        if (maxLag < TimeSpan.FromMilliseconds(1) || maxLag > TimeSpan.FromDays(1))
        {
            throw new ArgumentOutOfRangeException(nameof(maxLag), maxLag, "The limit must be between a millisecond and a day; for reads that may not be behind at all use AsPrimary().");
        }

        return source.TagWith(string.Create(CultureInfo.InvariantCulture, $"{Prefix}max_lag={(long)maxLag.TotalMilliseconds}ms"));
    }

    /// <summary>Gives the query a label by which the cluster's routing may send it to certain endpoints.</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="source">The query.</param>
    /// <param name="label">The label: letters, digits, <c>_</c>, <c>-</c> and <c>.</c></param>
    /// <returns>The query, tagged.</returns>
    /// <exception cref="ArgumentException">It is empty or has other characters.</exception>
    public static IQueryable<T> WithRoutingLabel<T>(this IQueryable<T> source, string label) =>
        label is not null && Label().IsMatch(label)
            ? source.TagWith($"{Prefix}label={label}")
            : throw new ArgumentException($"'{label}' is no label: it takes letters, digits, '_', '-' and '.'.", nameof(label));

    [GeneratedRegex(@"\A[A-Za-z0-9_.\-]+\z")]
    private static partial Regex Label();
}
