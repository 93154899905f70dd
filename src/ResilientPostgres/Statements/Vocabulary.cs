using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ResilientPostgres.Statements;

/// <summary>The words of words.txt, and what begins like one of them.</summary>
static class Vocabulary
{
    const int Bits = 13;

    /// <summary>No word has fewer characters; most aliases do.</summary>
    const int Shortest = 2;

    /// <summary>The bit that tells small letters from capitals, in four characters.</summary>
    const ulong SmallLetters = 0x0020_0020_0020_0020;

    /// <summary>Monitoring views and functions: new versions add more of them.</summary>
    static readonly string[] _own = ["pg_stat", "pg_wal", "pg_last_", "pg_is_", "pg_current_wal", "pg_ls_", "pg_replication_", "pg_get_replication"];

    static readonly Entry?[] _words = Load();

    public static Word Of(ReadOnlySpan<char> word) => word.Length < Shortest ? default : Find(word);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Word Find(ReadOnlySpan<char> word)
    {
        for (var entry = _words[Place(word)]; entry is not null; entry = entry.Next)
        {
            // Folds as PostgreSQL does: the letters of ASCII.
            if (entry.Text.Length == word.Length && Ascii.EqualsIgnoreCase(entry.Text, word))
            {
                return entry.Word;
            }
        }

        return IsOfPostgres(word) ? OfPrefix(word) : default;
    }

    /// <summary>The same, of a name in small letters.</summary>
    public static Word OfFolded(ReadOnlySpan<char> word) => word.Length < Shortest ? default : FindFolded(word);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Word FindFolded(ReadOnlySpan<char> word)
    {
        for (var entry = _words[Place(word)]; entry is not null; entry = entry.Next)
        {
            if (word.SequenceEqual(entry.Text))
            {
                return entry.Word;
            }
        }

        return IsOfPostgres(word) ? OfPrefix(word) : default;
    }

    static bool IsOfPostgres(ReadOnlySpan<char> word) => word.Length > 3 && word[2] == '_' && (word[0] | 0x20) == 'p' && (word[1] | 0x20) == 'g';

    static Word OfPrefix(ReadOnlySpan<char> word)
    {
        if (word.StartsWith("pg_temp", StringComparison.OrdinalIgnoreCase) || word.StartsWith("pg_toast_temp", StringComparison.OrdinalIgnoreCase))
        {
            return new Word(WordId.None, WordRoles.Keeps | WordRoles.Relation);
        }

        foreach (var prefix in _own)
        {
            if (word.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return new Word(WordId.None, WordRoles.Own | WordRoles.Relation);
            }
        }

        return default;
    }

    /// <summary>The first and the last characters tell words apart, and most names are no word at all. Capitals count as small letters.</summary>
    static int Place(ReadOnlySpan<char> word)
    {
        var bytes = MemoryMarshal.AsBytes(word);
        var (head, tail) = word.Length >= 4
            ? (MemoryMarshal.Read<ulong>(bytes), MemoryMarshal.Read<ulong>(bytes[^8..]))
            : (MemoryMarshal.Read<uint>(bytes), MemoryMarshal.Read<uint>(bytes[^4..]));

        // Letters take seven bits of sixteen: both fit beside each other.
        var letters = (head | SmallLetters) ^ ((tail | SmallLetters) << 7);
        return (int)((letters * 0x9E3779B97F4A7C15) >> (64 - Bits));
    }

    static Entry?[] Load()
    {
        var words = new Dictionary<string, Word>(StringComparer.OrdinalIgnoreCase);
        using var resource = typeof(Vocabulary).Assembly.GetManifestResourceStream("ResilientPostgres.Statements.words.txt")!;
        using var reader = new StreamReader(resource);
        var role = WordRoles.None;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('['))
            {
                role = Enum.Parse<WordRoles>(line.AsSpan().Trim("[]"), ignoreCase: true);
            }
            else if (!line.StartsWith('#'))
            {
                foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    words[word] = new Word(Id(word), words.GetValueOrDefault(word).Roles | role);
                }
            }
        }

        var places = new Entry?[1 << Bits];
        foreach (var (text, word) in words)
        {
            places[Place(text)] = new Entry(text, word, places[Place(text)]);
        }

        return places;
    }

    static WordId Id(string word) => Enum.TryParse<WordId>(word, ignoreCase: true, out var id) && !char.IsDigit(word[0]) ? id : WordId.None;

    sealed record Entry(string Text, Word Word, Entry? Next);
}
