namespace ResilientPostgres.Statements;

/// <summary>What a statement provably needs of its session, or leaves in it.</summary>
enum SessionUse
{
    /// <summary>Nothing that its text shows.</summary>
    None,

    /// <summary>Something that need not outlast its transaction.</summary>
    Transaction,

    /// <summary>Something that stands beyond the transaction.</summary>
    Session,
}
