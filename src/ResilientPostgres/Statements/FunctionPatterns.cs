using System.IO.Enumeration;

namespace ResilientPostgres.Statements;

/// <summary>What the options say of functions by name, with <c>*</c> for any characters; what they say counts before what the catalogs say.</summary>
sealed class FunctionPatterns(IReadOnlyList<string> readOnly, IReadOnlyList<string> write)
{
    public static readonly FunctionPatterns None = new([], []);

    public Grade Of(ReadOnlySpan<char> name) =>
        Matches(write, name) ? Grade.Unsafe
        : Matches(readOnly, name) ? Grade.Safe
        : Grade.Unknown;

    static bool Matches(IReadOnlyList<string> patterns, ReadOnlySpan<char> name)
    {
        for (var i = 0; i < patterns.Count; i++)
        {
            if (FileSystemName.MatchesSimpleExpression(patterns[i], name))
            {
                return true;
            }
        }

        return false;
    }
}
