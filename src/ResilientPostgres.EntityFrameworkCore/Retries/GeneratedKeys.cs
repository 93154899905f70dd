using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace ResilientPostgres.EntityFrameworkCore.Retries;

/// <summary>
/// EF Core 10 takes back the keys that a failed attempt was given, but goes on comparing with them. Given the same key again, which is what a promoted standby does whose sequence had come just
/// as far, it sees no change, leaves the dependents' foreign keys at their temporary values, and the insert breaks the constraint.
/// </summary>
static class GeneratedKeys
{
    /// <summary>Has the keys of what is to be inserted compared once, while they are temporary again.</summary>
    public static void Forget(ChangeTracker tracker)
    {
        try
        {
            foreach (var entry in tracker.Entries())
            {
                if (entry.State == EntityState.Added)
                {
                    entry.DetectChanges();
                }
            }
        }
        catch (InvalidOperationException)
        {
            // A graph that can't be saved: saving says so, if the next attempt comes to that.
        }
    }
}
