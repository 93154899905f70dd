namespace ResilientPostgres;

/// <summary>What a statement may do, as far as its text proves it; the later ones ask for more.</summary>
public enum StatementKind
{
    /// <summary>It provably changes nothing: any server that is fresh enough may run it.</summary>
    Read,

    /// <summary>It may change something, or asks about one server: the primary's.</summary>
    Write,

    /// <summary>It may leave something in the session, or look for what was left there: the primary's, and the connection stays on that session.</summary>
    Session,

    /// <summary>It begins or ends a transaction.</summary>
    Transaction,
}
