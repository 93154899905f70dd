namespace ResilientPostgres.Resilience;

/// <summary>How one of two attempts that run beside each other came out.</summary>
interface IHedgedAttempt
{
    /// <summary>It failed, and the other one may still succeed.</summary>
    bool IsRepeatable { get; }
}
