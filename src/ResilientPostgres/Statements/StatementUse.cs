namespace ResilientPostgres.Statements;

/// <summary>How often a text was used that may be prepared. Counted without a lock: one more or less decides nothing.</summary>
/// <param name="text">The text.</param>
sealed class StatementUse(string text)
{
    const int Never = int.MinValue;
    const int Chosen = int.MaxValue;

    int _count;

    public string Text => text;

    /// <summary>It is prepared wherever it runs.</summary>
    public bool IsChosen => Volatile.Read(ref _count) == Chosen;

    /// <summary>It failed for having been prepared, or may have, and runs as it is from then on.</summary>
    public bool IsGivenUp => Volatile.Read(ref _count) == Never;

    /// <summary>One more use.</summary>
    /// <returns>Whether there have been so many by now.</returns>
    public bool Count(int enough)
    {
        var count = Volatile.Read(ref _count);
        if (count is Never or Chosen)
        {
            return false;
        }

        Volatile.Write(ref _count, count + 1);
        return count + 1 > enough;
    }

    public void Choose() => Volatile.Write(ref _count, Chosen);

    public void GiveUp() => Volatile.Write(ref _count, Never);
}
