using ResilientPostgres.Positions;

namespace ResilientPostgres.Freshness;

/// <summary>What one scope has done on one cluster.</summary>
sealed class ScopeMark(object cluster)
{
    ReadTrail? _trail;
    long _readSince;

    /// <summary>Whose; compared by reference.</summary>
    public object Cluster => cluster;

    public WriteMark Writes { get; } = new();

    /// <summary>Where it has read last.</summary>
    public ReadTrail? Trail => Volatile.Read(ref _trail);

    /// <summary>When it had last read of a server before it went to another one, or beside that; 0 if it never did. Binds all, the other one too.</summary>
    public TimeSpan ReadSince => new(Volatile.Read(ref _readSince));

    public void ReadOn(Endpoint endpoint, int generation, TimeSpan now)
    {
        var before = Interlocked.Exchange(ref _trail, new ReadTrail(endpoint, generation, now));
        if (before is not null && !(before.Generation == generation && before.Endpoint.Equals(endpoint)))
        {
            for (var seen = Volatile.Read(ref _readSince); seen < before.At.Ticks;)
            {
                seen = Interlocked.CompareExchange(ref _readSince, before.At.Ticks, seen) is var was && was == seen ? long.MaxValue : was;
            }
        }
    }
}
