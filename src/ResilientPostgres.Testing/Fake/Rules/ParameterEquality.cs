using System.Collections;
using System.Globalization;

namespace ResilientPostgres.Testing.Rules;

/// <summary>Whether a parameter's value is the one that a test means: 7 is 7, be it an int or a long.</summary>
internal static class ParameterEquality
{
    internal static bool AreEqual(object? sent, object? meant)
    {
        if (sent is null || meant is null or DBNull)
        {
            return sent is null && meant is null or DBNull;
        }

        if (sent is IEnumerable many and not string && meant is IEnumerable others and not string)
        {
            var (left, right) = (many.Cast<object?>().ToList(), others.Cast<object?>().ToList());
            return left.Count == right.Count && left.Zip(right).All(static p => AreEqual(p.First, p.Second));
        }

        if (sent is float or double || meant is float or double)
        {
            return IsNumber(sent) && IsNumber(meant) && Convert.ToDouble(sent, CultureInfo.InvariantCulture).Equals(Convert.ToDouble(meant, CultureInfo.InvariantCulture));
        }

        return IsNumber(sent) && IsNumber(meant)
            ? Convert.ToDecimal(sent, CultureInfo.InvariantCulture) == Convert.ToDecimal(meant, CultureInfo.InvariantCulture)
            : meant is DateTimeOffset offset ? Equals(sent, offset.UtcDateTime)
            : meant is char letter ? Equals(sent, letter.ToString())
            : Equals(sent, meant);
    }

    static bool IsNumber(object value) => value is sbyte or byte or short or ushort or int or uint or long or ulong or decimal or float or double or Enum;
}
