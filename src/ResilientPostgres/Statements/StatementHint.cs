using System.Globalization;

namespace ResilientPostgres.Statements;

/// <summary>
/// What a comment of the statement asks for: <c>resilient_postgres:primary</c>, <c>:standby</c>, <c>:max_lag=500ms</c>, <c>:label=report</c>, several
/// separated by blanks; or pgpool's <c>NO LOAD BALANCE</c>.
/// </summary>
sealed record StatementHint
{
    const string Prefix = "resilient_postgres:";
    const string PgPool = "NO LOAD BALANCE";

    /// <summary>A shorter one asks for nothing.</summary>
    public const int ShortestComment = 15;

    /// <summary>Where it is to run; null if it does not say.</summary>
    public ReadPreference? Target { get; init; }

    public TimeSpan? MaxLag { get; init; }

    public string? Label { get; init; }

    /// <summary>Adds what one comment says to what others said before.</summary>
    public static StatementHint? Read(ReadOnlySpan<char> comment, StatementHint? before)
    {
        if (comment.Trim().Equals(PgPool, StringComparison.OrdinalIgnoreCase))
        {
            return (before ?? new()) with { Target = ReadPreference.Primary };
        }

        for (var at = comment.IndexOf(Prefix, StringComparison.Ordinal); at >= 0; at = comment.IndexOf(Prefix, StringComparison.Ordinal))
        {
            comment = comment[(at + Prefix.Length)..];
            var end = comment.IndexOfAny(" \t\r\n*") is var found and >= 0 ? found : comment.Length;
            before = (before ?? new()).With(comment[..end]);
            comment = comment[end..];
        }

        return before;
    }

    StatementHint With(ReadOnlySpan<char> word) => word switch
    {
        "primary" => this with { Target = ReadPreference.Primary },
        "standby" => this with { Target = ReadPreference.PreferStandby },
        _ when word.StartsWith("label=") => this with { Label = word["label=".Length..].ToString() },
        _ when word.StartsWith("max_lag=") && Span(word["max_lag=".Length..]) is { } lag => this with { MaxLag = lag },
        _ => this,
    };

    static TimeSpan? Span(ReadOnlySpan<char> text)
    {
        var unit = text.EndsWith("ms") ? 1 : text.EndsWith("s") ? 1000 : 0;
        var digits = text.TrimEnd("ms");
        return unit > 0 && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count < 86_400_000
            ? TimeSpan.FromMilliseconds(count * unit)
            : null;
    }
}
