using System.Globalization;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>Settings that are times: milliseconds unless they name a unit, and shown in the largest unit that leaves no rest.</summary>
internal static class Durations
{
    static readonly (string Unit, long Milliseconds)[] _units = [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("ms", 1), ("s", 1000)];

    internal static TimeSpan Read(string? text)
    {
        var (number, each) = (text ?? "0", 1L);
        foreach (var (unit, milliseconds) in _units)
        {
            if (number.EndsWith(unit, StringComparison.Ordinal))
            {
                (number, each) = (number[..^unit.Length].TrimEnd(), milliseconds);
                break;
            }
        }

        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= int.MaxValue / each ? TimeSpan.FromMilliseconds(value * each) : default;
    }

    internal static string Show(string? text)
    {
        var total = (long)Read(text).TotalMilliseconds;
        var (unit, each) = _units.OrderByDescending(static u => u.Milliseconds).First(u => total % u.Milliseconds == 0);
        return total == 0 ? "0" : (total / each).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
