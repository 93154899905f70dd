namespace ResilientPostgres.DependencyInjection;

/// <summary>The key that was probably meant.</summary>
static class NearestKey
{
    const int MostMistakes = 3;

    /// <returns>Null if none is near: another word is no slip of the pen.</returns>
    public static string? Of(string key, IEnumerable<string> known)
    {
        var nearest = known.Select(k => (Key: k, Mistakes: Distance(key.ToUpperInvariant(), k.ToUpperInvariant()))).MinBy(static k => k.Mistakes);
        return nearest.Mistakes <= Math.Min(MostMistakes, key.Length / 2) ? nearest.Key : null;
    }

    /// <summary>How many letters are to be put in, taken out or replaced.</summary>
    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[b.Length];
    }
}
