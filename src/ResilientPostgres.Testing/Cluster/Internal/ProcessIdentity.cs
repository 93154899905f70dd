namespace ResilientPostgres.Testing;

/// <summary>A process that can't be mistaken for a later one with the same id.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTicks">When it started, in clock ticks since the system's start.</param>
internal readonly record struct ProcessIdentity(int Id, ulong StartTicks)
{
    internal bool IsAlive => ProcessTable.Read(Id) is { IsZombie: false } entry && entry.Identity == this;
}
