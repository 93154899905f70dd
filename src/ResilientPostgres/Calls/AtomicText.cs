namespace ResilientPostgres.Calls;

/// <summary>
/// Whether a command's text is one transaction for certain, so that an error means that all of it was undone. Npgsql sends even
/// several statements as one; only what can commit by itself is not (procedures, DO blocks, transaction control). Until
/// statements are classified, the mere presence of such a word is enough to say no.
/// </summary>
static class AtomicText
{
    static readonly string[] _committing = ["CALL", "DO ", "DO\n", "DO\t", "DO$", "DO'", "COMMIT", "BEGIN", "START", "END", "ROLLBACK", "ABORT", "PREPARE", "EXECUTE"];

    public static bool IsAtomic(string text)
    {
        foreach (var word in _committing)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }
}
