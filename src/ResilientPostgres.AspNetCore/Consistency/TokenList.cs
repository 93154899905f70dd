using System.Diagnostics.CodeAnalysis;

namespace ResilientPostgres.AspNetCore.Consistency;

/// <summary>The tokens of several clusters as one text.</summary>
static class TokenList
{
    const char Separator = '.';

    /// <summary>Of several tokens of one cluster, such as those of two of its databases, the furthest covers the others.</summary>
    public static string Join(IEnumerable<ConsistencyToken> tokens) => string.Join(Separator, Furthest(tokens));

    /// <summary>The furthest token of each cluster.</summary>
    public static IReadOnlyCollection<ConsistencyToken> Furthest(IEnumerable<ConsistencyToken> tokens) =>
        [.. tokens.GroupBy(static t => t.SystemIdentifier).Select(static g => g.MaxBy(static t => (t.Timeline, (ulong)t.Lsn)))];

    /// <summary>All of it, or nothing.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ConsistencyToken[]? tokens)
    {
        var parts = text.Split(Separator, ResilientConsistencyOptions.MostDataSources + 1);
        tokens = null;
        if (parts.Length > ResilientConsistencyOptions.MostDataSources)
        {
            return false;
        }

        var read = new ConsistencyToken[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!ConsistencyToken.TryParse(parts[i], out read[i]))
            {
                return false;
            }
        }

        tokens = read;
        return true;
    }
}
