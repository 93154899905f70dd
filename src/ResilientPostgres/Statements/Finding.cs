namespace ResilientPostgres.Statements;

/// <summary>The worst that was found so far, and the first reason for it.</summary>
struct Finding()
{
    public StatementKind Kind { get; private set; } = StatementKind.Read;

    public string Reason { get; private set; } = "only reads";

    public bool CallsUserFunction { get; set; }

    /// <summary>Worse than what is known, so that a reason is worth making.</summary>
    public readonly bool IsNews(StatementKind kind) => kind > Kind;

    public void Raise(StatementKind kind, string reason)
    {
        if (kind > Kind)
        {
            (Kind, Reason) = (kind, reason);
        }
    }
}
