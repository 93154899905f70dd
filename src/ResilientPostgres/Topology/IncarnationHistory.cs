using System.Collections.Immutable;
using NpgsqlTypes;

namespace ResilientPostgres.Topology;

/// <summary>The lives of the cluster's servers in the order in which they were first seen; the oldest are forgotten. Immutable.</summary>
sealed record IncarnationHistory
{
    const int Most = 64;

    public static readonly IncarnationHistory Empty = new();

    public ImmutableList<Incarnation> Lives { get; private init; } = [];

    /// <summary>When each endpoint was last looked at, in vain or not.</summary>
    ImmutableDictionary<Endpoint, TimeSpan> Looked { get; init; } = ImmutableDictionary<Endpoint, TimeSpan>.Empty;

    public IncarnationHistory With(Observation observation) => observation switch
    {
        Observation.Probed p => Seen(p.Endpoint, p.Facts, p.ReceivedAt),
        Observation.ProbeFailed f => this with { Looked = Looked.SetItem(f.Endpoint, f.SentAt) },
        _ => this,
    };

    /// <summary>Something beside a probe has shown how far a server's log is on disk: an acknowledged commit.</summary>
    public IncarnationHistory WithFlushed(DateTime startedAt, DateTime? statsReset, NpgsqlLogSequenceNumber flushed)
    {
        var at = Lives.FindLastIndex(l => l.StartedAt == startedAt && l.StatsReset == statsReset);
        return at < 0 || Lives[at].Flushed >= flushed ? this : this with { Lives = Lives.SetItem(at, Lives[at] with { Flushed = flushed }) };
    }

    IncarnationHistory Seen(Endpoint endpoint, ServerFacts facts, TimeSpan now)
    {
        var at = Lives.FindLastIndex(l => l.Endpoint.Equals(endpoint) && l.Is(facts));
        Incarnation life;
        if (at >= 0)
        {
            life = Lives[at].With(facts);
        }
        else
        {
            var unwatched = Looked.TryGetValue(endpoint, out var last) ? now - last : TimeSpan.MaxValue;
            life = new Incarnation(endpoint, facts.SystemIdentifier, facts.StartedAt, facts.StatsReset) { FirstSeen = now, Unwatched = unwatched }.With(facts);
        }

        var looked = Looked.SetItem(endpoint, now);
        if (at >= 0)
        {
            return life == Lives[at] ? this with { Looked = looked } : this with { Lives = Lives.SetItem(at, life), Looked = looked };
        }

        var lives = Lives.Add(life);
        return this with { Lives = lives.Count > Most ? lives.RemoveAt(0) : lives, Looked = looked };
    }
}
