namespace ResilientPostgres.Testing;

/// <summary>What the system says about one process.</summary>
/// <param name="Identity">Which process it is.</param>
/// <param name="ParentId">The process that started it, or that adopted it.</param>
/// <param name="State">The state letter of <c>/proc/…/stat</c>.</param>
internal readonly record struct ProcessEntry(ProcessIdentity Identity, int ParentId, char State)
{
    internal bool IsZombie => State is 'Z' or 'X';

    internal bool IsStopped => State is 'T' or 't';
}
