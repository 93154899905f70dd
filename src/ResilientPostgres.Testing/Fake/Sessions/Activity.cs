namespace ResilientPostgres.Testing.Sessions;

/// <summary>Counts what goes in and out, so that one can see whether anything does.</summary>
internal sealed class Activity
{
    long _count;

    internal long Count => Interlocked.Read(ref _count);

    internal void Note() => Interlocked.Increment(ref _count);
}
