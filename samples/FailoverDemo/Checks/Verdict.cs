namespace FailoverDemo.Checks;

/// <summary>What the final check found.</summary>
sealed record Verdict(int AcknowledgedWrites, int LostWrites, long DuplicatedWrites, int UnknownWrites, int StaleReads)
{
    /// <summary>Whether the library and the cluster kept what was promised to the writers.</summary>
    public bool IsSound => LostWrites == 0 && DuplicatedWrites == 0;
}
