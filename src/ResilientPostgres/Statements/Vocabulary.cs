using System.Collections.Frozen;
using System.Text;

namespace ResilientPostgres.Statements;

/// <summary>The words of words.txt, and what begins like one of them.</summary>
static class Vocabulary
{
    /// <summary>Monitoring views and functions: new versions add more of them.</summary>
    static readonly string[] _own = ["pg_stat", "pg_wal", "pg_last_", "pg_is_", "pg_current_wal", "pg_ls_", "pg_replication_", "pg_get_replication"];

    static readonly FrozenDictionary<string, Word>.AlternateLookup<ReadOnlySpan<char>> _words = Load().GetAlternateLookup<ReadOnlySpan<char>>();

    public static Word Of(ReadOnlySpan<char> word)
    {
        if (_words.TryGetValue(word, out var known))
        {
            // The table folds all letters as .NET does; PostgreSQL folds those of ASCII.
            return Ascii.IsValid(word) ? known : default;
        }

        return word.StartsWith("pg_", StringComparison.OrdinalIgnoreCase) ? OfPrefix(word) : default;
    }

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

    static FrozenDictionary<string, Word> Load()
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

        return words.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    static WordId Id(string word) => Enum.TryParse<WordId>(word, ignoreCase: true, out var id) && !char.IsDigit(word[0]) ? id : WordId.None;
}
