using System.IO.Enumeration;

namespace ResilientPostgres.Statements;

/// <summary>What the options say of functions by name, with <c>*</c> for any characters; what they say counts before what the catalogs say.</summary>
sealed class FunctionPatterns(IReadOnlyList<string> readOnly, IReadOnlyList<string> write)
{
    readonly string[] _readOnly = [.. readOnly];
    readonly string[] _write = [.. write];

    public static readonly FunctionPatterns None = new([], []);

    public Grade Of(ReadOnlySpan<char> name) =>
        Matches(_write, name) ? Grade.Unsafe
        : Matches(_readOnly, name) ? Grade.Safe
        : Grade.Unknown;

    static bool Matches(string[] patterns, ReadOnlySpan<char> name)
    {
        foreach (var pattern in patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, name))
            {
                return true;
            }
        }

        return false;
    }
}
