namespace ResilientPostgres.Statements;

/// <summary>What the first word of a statement says by itself, where its other words need not be understood.</summary>
/// <param name="Kind">At least this.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsAtomic">It can't commit by itself.</param>
sealed record VerbRule(StatementKind Kind, string Reason, bool IsAtomic = true)
{
    public const string Writes = "writes";

    /// <summary>By the number of the word.</summary>
    static readonly VerbRule[] _rules = [.. Enum.GetValues<WordId>().Select(Make)];

    public static VerbRule Of(WordId verb) => _rules[(int)verb];

    static VerbRule Make(WordId verb) => verb switch
    {
        WordId.Insert or WordId.Update or WordId.Delete or WordId.Merge or WordId.Truncate or WordId.Copy => new(StatementKind.Write, Writes),
        WordId.Create or WordId.Alter or WordId.Drop or WordId.Comment or WordId.Grant or WordId.Revoke or WordId.Refresh or WordId.Import
            or WordId.Security or WordId.Reassign => new(StatementKind.Write, "changes definitions"),
        WordId.Lock => new(StatementKind.Write, "locks a table"),
        WordId.Notify => new(StatementKind.Write, "notifies"),
        WordId.Checkpoint => new(StatementKind.Write, "maintenance"),
        WordId.Analyze or WordId.Analyse or WordId.Vacuum or WordId.Cluster or WordId.Reindex => new(StatementKind.Write, "maintenance", IsAtomic: false),
        WordId.Show => new(StatementKind.Write, "asks about one server"),
        WordId.Set or WordId.Reset or WordId.Discard or WordId.Load => new(StatementKind.Session, "changes the session"),
        WordId.Execute or WordId.Deallocate => new(StatementKind.Session, "uses a prepared statement of the session"),
        WordId.Listen or WordId.Unlisten => new(StatementKind.Session, "listens"),
        WordId.Declare or WordId.Fetch or WordId.Move or WordId.Close => new(StatementKind.Session, "uses a cursor"),
        WordId.Do or WordId.Call => new(StatementKind.Session, "runs what its text does not show", IsAtomic: false),
        _ => new(StatementKind.Session, "its first word is not known", IsAtomic: false),
    };
}
