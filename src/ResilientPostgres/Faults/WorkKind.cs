namespace ResilientPostgres.Faults;

/// <summary>What an attempt consists of, which decides how much one refusal undoes.</summary>
enum WorkKind
{
    /// <summary>One statement, or one text that is one transaction for certain: an ERROR undoes all of it.</summary>
    Statement,

    /// <summary>A delegate on a session of its own: an ERROR undoes one statement; what the work committed before it stays.</summary>
    Delegate,

    /// <summary>One explicit transaction: until COMMIT is sent, nothing of it can come to be.</summary>
    Transaction,
}
