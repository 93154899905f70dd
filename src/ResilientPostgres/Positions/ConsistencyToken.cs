using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NpgsqlTypes;

namespace ResilientPostgres;

/// <summary>
/// A position in the log of one cluster. Who reads under it sees everything committed up to there, on whichever server. It travels as text, in a header, a
/// cookie or a message; what comes back from outside should be protected against tampering.
/// </summary>
/// <param name="SystemIdentifier">The cluster's own number; positions of two clusters have nothing to do with each other.</param>
/// <param name="Timeline">The timeline. Each promotion begins a new one, and positions of two timelines are never compared.</param>
/// <param name="Lsn">The position.</param>
public readonly record struct ConsistencyToken(long SystemIdentifier, uint Timeline, NpgsqlLogSequenceNumber Lsn) : ISpanParsable<ConsistencyToken>
{
    const char Separator = '-';
    const int LongestNumber = 16;

    /// <summary>What it looks like as text; at most 42 characters of <c>0-9a-f-</c>.</summary>
    /// <returns>The three numbers in hexadecimal digits: <c>68f2c0de7a91b3d4-3-16b3748</c>.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{SystemIdentifier:x}{Separator}{Timeline:x}{Separator}{(ulong)Lsn:x}");

    /// <summary>Reads what <see cref="ToString"/> has written.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    /// <returns>The token.</returns>
    /// <exception cref="FormatException">It is not a token.</exception>
    public static ConsistencyToken Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static ConsistencyToken Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => TryParse(s, provider, out var token)
        ? token
        : throw new FormatException($"'{(s.Length > 64 ? s[..64] : s)}' is no consistency token; one looks like {new ConsistencyToken(0x68f2c0de7a91b3d4, 3, new(0x16b3748))}.");

    /// <summary>Reads what <see cref="ToString"/> has written, and nothing else.</summary>
    /// <param name="s">The text.</param>
    /// <param name="token">The token.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, out ConsistencyToken token) => TryParse(s.AsSpan(), null, out token);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ConsistencyToken result) => TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ConsistencyToken result)
    {
        result = default;
        var first = s.IndexOf(Separator);
        var last = s.LastIndexOf(Separator);
        if (first < 0 || last == first || !TryNumber(s[..first], out var system) || !TryNumber(s[(first + 1)..last], out var timeline) || !TryNumber(s[(last + 1)..], out var lsn)
            || timeline is 0 or > uint.MaxValue || lsn == 0)
        {
            return false;
        }

        result = new ConsistencyToken((long)system, (uint)timeline, new NpgsqlLogSequenceNumber(lsn));
        return true;
    }

    /// <summary>Digits alone: the framework's own parser would take signs and spaces for part of a number.</summary>
    static bool TryNumber(ReadOnlySpan<char> digits, out ulong number)
    {
        number = 0;
        return digits.Length is > 0 and <= LongestNumber
            && digits.IndexOfAnyExceptInRange('0', '9') is var odd && (odd < 0 || digits.IndexOfAnyExcept("0123456789abcdef") < 0)
            && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }
}
