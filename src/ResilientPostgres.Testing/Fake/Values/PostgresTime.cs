using System.Globalization;

namespace ResilientPostgres.Testing.Values;

/// <summary>Times as the server counts them: microseconds and days since 2000.</summary>
internal static class PostgresTime
{
    const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    static readonly DateTime _epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    static readonly DateOnly _epochDay = new(2000, 1, 1);

    internal static long ToMicroseconds(DateTime time) => time == DateTime.MaxValue ? long.MaxValue
        : time == DateTime.MinValue ? long.MinValue
        : (time.Ticks - _epoch.Ticks) / TicksPerMicrosecond;

    internal static DateTime FromMicroseconds(long microseconds, DateTimeKind kind) => microseconds switch
    {
        long.MaxValue => DateTime.MaxValue,
        long.MinValue => DateTime.MinValue,
        _ => new DateTime(checked(_epoch.Ticks + (microseconds * TicksPerMicrosecond)), kind),
    };

    internal static int ToDays(DateOnly day) => day.DayNumber - _epochDay.DayNumber;

    internal static DateOnly FromDays(int days) => DateOnly.FromDayNumber(checked(_epochDay.DayNumber + days));

    /// <summary>As UTC; one of unknown kind is taken for UTC.</summary>
    internal static DateTime Instant(object value) => value switch
    {
        DateTimeOffset offset => offset.UtcDateTime,
        DateTime { Kind: DateTimeKind.Local } local => local.ToUniversalTime(),
        DateTime time => DateTime.SpecifyKind(time, DateTimeKind.Utc),
        DateOnly day => day.ToDateTime(default, DateTimeKind.Utc),
        _ => DateTime.Parse(value.ToString()!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal),
    };

    internal static DateOnly Day(object value) => value as DateOnly? ?? DateOnly.FromDateTime(Instant(value));

    internal static string Text(DateTime time) => time == DateTime.MaxValue ? "infinity"
        : time == DateTime.MinValue ? "-infinity"
        : time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture);

    /// <summary>As PostgreSQL does, without months: days and the time of day.</summary>
    internal static string Text(TimeSpan span)
    {
        var days = span.Days;
        var time = span - TimeSpan.FromDays(days);
        var clock = (time < TimeSpan.Zero ? "-" : "") + time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? @"hh\:mm\:ss" : @"hh\:mm\:ss\.FFFFFF", CultureInfo.InvariantCulture);
        var text = days == 0 ? "" : Math.Abs(days) == 1 ? $"{days} day" : $"{days} days";
        return text.Length == 0 ? clock : time == TimeSpan.Zero ? text : $"{text} {clock}";
    }

    internal static TimeSpan Span(string text)
    {
        var total = TimeSpan.Zero;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i].Contains(':', StringComparison.Ordinal))
            {
                total += TimeSpan.Parse(words[i], CultureInfo.InvariantCulture);
                continue;
            }

            var number = double.Parse(words[i], CultureInfo.InvariantCulture);
            var unit = (i + 1 < words.Length ? words[++i] : "seconds").TrimEnd('s');
            var each = unit switch
            {
                "day" => TimeSpan.FromDays(1),
                "hour" => TimeSpan.FromHours(1),
                "minute" or "min" => TimeSpan.FromMinutes(1),
                "second" or "sec" => TimeSpan.FromSeconds(1),
                "millisecond" or "m" or "msec" => TimeSpan.FromMilliseconds(1),
                _ => throw new FormatException(text),
            };
            total += each * number;
        }

        return total;
    }
}
