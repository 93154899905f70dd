namespace ResilientPostgres.EntityFrameworkCore.Retries;

/// <summary>What a failed attempt came to, and what may be done about it.</summary>
/// <param name="IsUnknown">It may have been applied.</param>
/// <param name="IsRepeatable">It provably left nothing, and another attempt may succeed.</param>
/// <param name="IsOnce">One more attempt only.</param>
/// <param name="Kind">What went wrong.</param>
readonly record struct Outcome(bool IsUnknown, bool IsRepeatable, bool IsOnce, FaultKind Kind)
{
    public static Outcome Unknown => new(IsUnknown: true, IsRepeatable: false, IsOnce: false, FaultKind.ConnectionLost);

    public static Outcome Final(FaultKind kind) => new(IsUnknown: false, IsRepeatable: false, IsOnce: false, kind);
}
