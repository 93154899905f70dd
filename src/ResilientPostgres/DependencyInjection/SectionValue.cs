using System.Globalization;

namespace ResilientPostgres.DependencyInjection;

/// <summary>What a key takes. The binder stops at the first value that it can't convert, and does not say what it would take.</summary>
static class SectionValue
{
    /// <returns>What it must be; null if it is that.</returns>
    public static string? Remedy(Type type, string value)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return value.Length == 0 ? null : Remedy(underlying, value);
        }

        if (type.IsEnum)
        {
            return Enum.TryParse(type, value, ignoreCase: true, out _) ? null : NamesOf(type);
        }

        var invariant = CultureInfo.InvariantCulture;
        return type switch
        {
            _ when type == typeof(TimeSpan) => TimeSpan.TryParse(value, invariant, out _) ? null : "a time as hours:minutes:seconds, as in 00:00:30",
            _ when type == typeof(bool) => bool.TryParse(value, out _) ? null : "true or false",
            _ when type == typeof(int) => int.TryParse(value, NumberStyles.Integer, invariant, out _) ? null : $"a whole number, at most {int.MaxValue}",
            _ when type == typeof(long) => long.TryParse(value, NumberStyles.Integer, invariant, out _) ? null : $"a whole number, at most {long.MaxValue}",
            _ when type == typeof(double) => double.TryParse(value, NumberStyles.Float, invariant, out _) ? null : "a number, as in 0.5",
            _ => null,
        };
    }

    static string NamesOf(Type type)
    {
        var names = Enum.GetNames(type);
        return type.IsDefined(typeof(FlagsAttribute), inherit: false)
            ? $"{names[0]}, or one or more of {string.Join(", ", names[1..])} with a comma between"
            : $"one of {string.Join(", ", names)}";
    }
}
