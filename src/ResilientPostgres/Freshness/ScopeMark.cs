using ResilientPostgres.Positions;

namespace ResilientPostgres.Freshness;

/// <summary>What one scope has done on one cluster.</summary>
sealed class ScopeMark(object cluster)
{
    volatile ReadTrail? _trail;

    /// <summary>Whose; compared by reference.</summary>
    public object Cluster => cluster;

    public WriteMark Writes { get; } = new();

    /// <summary>Where it has read last.</summary>
    public ReadTrail? Trail => _trail;

    public void ReadOn(Endpoint endpoint, int generation, TimeSpan now)
    {
        // Most scopes read more than once from the same server, and then a trail may be a little old: it is about the server, and the moment is for others.
        _trail = new ReadTrail(endpoint, generation, now);
    }
}
