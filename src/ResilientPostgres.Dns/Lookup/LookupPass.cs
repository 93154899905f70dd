namespace ResilientPostgres.Dns.Lookup;

/// <summary>One question of the core's, with all the lookups it takes.</summary>
/// <param name="IsInDoubt">What is remembered must be asked for anew.</param>
/// <param name="Time">The clock.</param>
/// <param name="Epoch">The timestamp that <see cref="Now"/> counts from.</param>
sealed record LookupPass(bool IsInDoubt, TimeProvider Time, long Epoch)
{
    /// <summary>Monotonic.</summary>
    public TimeSpan Now => Time.GetElapsedTime(Epoch);
}
