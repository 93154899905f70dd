using NpgsqlTypes;
using ResilientPostgres.Options;
using ResilientPostgres.Tests.Specs;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Lag;

/// <summary>Runs tests/specs/lag through the reducer and the tracker, as the store does.</summary>
public sealed class LagSpecTests
{
    public static TheoryData<string, string> Cases => SpecSet.Names<LagCase>("lag");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Stream_ProvesTheBound(string file, string name)
    {
        var spec = SpecSet.Find<LagCase>("lag", file, name);
        var state = TopologyState.Create([.. spec.Endpoints.Select(static e => e.ToEndpoint())]);
        var tracker = new LagTracker(static () => (Defaults.MaxReplicationLag, long.MaxValue));
        var checks = 0;
        foreach (var step in spec.Steps)
        {
            foreach (var observation in Observations(step))
            {
                state = TopologyReducer.Apply(state, observation, SplitBrainAction.RefuseWrites).After;
                tracker.Apply(state);
            }

            foreach (var (endpoint, expected) in step.Lag ?? [])
            {
                checks++;
                var bound = state.Find(new Endpoint(endpoint))!.Gauge.LagBound(Spec.Ms(step.At!.Value));
                var actual = bound == TimeSpan.MaxValue ? null : (double?)bound.TotalMilliseconds;
                Assert.True(actual == expected, $"{file}: {name}: {endpoint} at {step.At}: expected {expected?.ToString() ?? "no proof"}, was {actual?.ToString() ?? "no proof"}");
            }
        }

        Assert.True(checks > 0, $"{file}: {name} checks nothing");
    }

    static IEnumerable<Observation> Observations(LagStep step)
    {
        Assert.Equal(1, (step.See is null ? 0 : 1) + (step.Stream is null ? 0 : 1) + (step.Lag is null ? 0 : 1));
        Assert.Equal(step.Lag is null, step.At is null);
        if (step.See is { } seen)
        {
            yield return seen.ToObservation();
        }

        for (var i = 0; i < (step.Stream?.Count ?? 0); i++)
        {
            var s = step.Stream!;
            var lsn = new NpgsqlLogSequenceNumber((ulong)(s.FirstLsn + i * s.LsnStep)).ToString();
            yield return new ProbedSpec { Endpoint = s.Endpoint, SentAt = s.From + i * s.Every, Lsn = lsn }.ToObservation();
        }
    }
}
