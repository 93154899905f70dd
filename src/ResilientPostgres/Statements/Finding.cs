namespace ResilientPostgres.Statements;

/// <summary>The worst that was found so far, and the first reason for it.</summary>
struct Finding()
{
    public StatementKind Kind { get; private set; } = StatementKind.Read;

    public string Reason { get; private set; } = "only reads";

    /// <summary>Something of the user's own is called, which may leave something in the session.</summary>
    public bool IsImpure { get; set; }

    /// <summary>Worse than what is known, so that a reason is worth making.</summary>
    public readonly bool IsNews(StatementKind kind) => kind > Kind;

    /// <summary>What it needs of its session, and the reason.</summary>
    public SessionUse SessionUse { get; private set; }

    public string? SessionReason { get; private set; }

    public void Use(SessionUse use, string reason)
    {
        if (use > SessionUse)
        {
            (SessionUse, SessionReason) = (use, reason);
        }
    }

    public void Raise(StatementKind kind, string reason)
    {
        if (kind > Kind)
        {
            (Kind, Reason) = (kind, reason);
        }
    }
}
