using System.Globalization;
using System.Numerics;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Values;

/// <summary>The binary form of numeric: groups of four decimal digits.</summary>
internal static class Numeric
{
    const int Group = 4;
    const short Negative = 0x4000;
    const ushort NotANumber = 0xC000;

    internal static void Write(ReplyBuffer reply, string text)
    {
        if (text == "NaN")
        {
            reply.Int16(0).Int16(0).Int16(unchecked((short)NotANumber)).Int16(0);
            return;
        }

        var isNegative = text[0] == '-';
        var parts = text.TrimStart('-', '+').Split('.');
        var scale = parts.Length > 1 ? parts[1].Length : 0;
        var whole = parts[0].TrimStart('0');
        whole = whole.PadLeft(RoundUp(whole.Length), '0');
        var digits = whole + (scale == 0 ? "" : parts[1].PadRight(RoundUp(scale), '0'));
        var weight = (whole.Length / Group) - 1;
        while (digits.StartsWith("0000", StringComparison.Ordinal))
        {
            (digits, weight) = (digits[Group..], weight - 1);
        }

        digits = digits.Length == 0 ? digits : TrimZeroGroups(digits);
        reply.Int16(digits.Length / Group).Int16(digits.Length == 0 ? 0 : weight).Int16(isNegative && digits.Length > 0 ? Negative : 0).Int16(scale);
        for (var i = 0; i < digits.Length; i += Group)
        {
            reply.Int16(short.Parse(digits.AsSpan(i, Group), CultureInfo.InvariantCulture));
        }
    }

    internal static decimal Read(ref BodyReader reader)
    {
        var (count, weight, sign, scale) = (reader.Count(sizeof(short)), 0, (ushort)0, 0);
        (weight, sign, scale) = (reader.Int16(), (ushort)reader.Int16(), reader.Int16());
        if (sign == NotANumber)
        {
            throw new PostgresError("22003", "the fake has no numeric beyond decimal: NaN");
        }

        BigInteger digits = 0;
        for (var i = 0; i < Math.Min(count, 16); i++)
        {
            digits = (digits * 10_000) + reader.Int16();
        }

        var exponent = (weight - Math.Min(count, 16) + 1) * Group;
        if (count > 16 || Math.Abs(exponent) > 60 || scale is < 0 or > 60)
        {
            throw new PostgresError("22003", "the fake has no numeric beyond decimal");
        }

        var power = BigInteger.Pow(10, Math.Abs(exponent));
        var value = exponent >= 0 ? (decimal)(digits * power) : WithScale(digits, -exponent, scale);
        return sign == Negative ? -value : value;
    }

    static decimal WithScale(BigInteger digits, int have, int scale)
    {
        // Behind its scale a numeric has nothing but the zeros that fill its last group.
        for (; have > scale && digits % 10 == 0; have--)
        {
            digits /= 10;
        }

        digits *= BigInteger.Pow(10, Math.Max(0, Math.Min(scale, 28) - have));
        have = Math.Max(have, Math.Min(scale, 28));
        if (have > 28 || BigInteger.Abs(digits) > new BigInteger(decimal.MaxValue))
        {
            throw new PostgresError("22003", "the fake has no numeric beyond decimal");
        }

        var all = (decimal)digits;
        var bits = decimal.GetBits(all);
        return new decimal(bits[0], bits[1], bits[2], bits[3] < 0, (byte)have);
    }

    static int RoundUp(int length) => (length + Group - 1) / Group * Group;

    static string TrimZeroGroups(string digits)
    {
        while (digits.EndsWith("0000", StringComparison.Ordinal) && digits.Length > 0)
        {
            digits = digits[..^Group];
        }

        return digits;
    }
}
