namespace ResilientPostgres;

/// <summary>Where a statement would run, and why.</summary>
/// <param name="Verdict">What its text proves.</param>
/// <param name="Decision">Where that leads, as the servers stand now.</param>
public sealed record StatementRouting(StatementVerdict Verdict, RoutingDecision Decision)
{
    /// <summary>One sentence for people.</summary>
    /// <returns>The verdict and the decision.</returns>
    public override string ToString() => $"{Verdict}; {Decision}";
}
