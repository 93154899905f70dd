using ResilientPostgres.Tests.Specs;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Topology;

/// <summary>Runs tests/specs/topology: the reducer against data, with no clock, thread or socket.</summary>
public sealed class TopologySpecTests
{
    public static TheoryData<string, string> Cases => SpecSet.Names<TopologyCase>("topology");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Phases_LeadToTheOutcome(string file, string name)
    {
        var spec = SpecSet.Find<TopologyCase>("topology", file, name);
        Assert.NotEmpty(spec.Phases);
        var state = TopologyState.Create([.. spec.Endpoints.Select(static e => e.ToEndpoint())]);
        for (var i = 0; i < spec.Phases.Count; i++)
        {
            var phase = spec.Phases[i];
            var before = state.Snapshot;
            var events = new List<TopologyEvent>();
            foreach (var observation in phase.Observations.Select(static o => o.ToObservation()))
            {
                var change = TopologyReducer.Apply(state, observation, spec.Policy);
                TopologyInvariants.Check(change, observation, spec.Policy);
                state = change.After;
                events.AddRange(change.Events);
            }

            Check(phase.Expect, state, events, before, $"{file}: {name}, phase {i + 1}\n{state.Snapshot}");
        }
    }

    static void Check(TopologyOutcome expected, TopologyState state, List<TopologyEvent> events, TopologySnapshot before, string where)
    {
        var snapshot = state.Snapshot;
        var lines = new List<string>
        {
            $"{snapshot.Status}, primary {(snapshot.Primary is { } p ? Spec.Name(p.Endpoint) : "none")}, timeline {snapshot.Timeline}, settled {state.IsSettled}",
        };
        lines.AddRange(snapshot.Endpoints.Select(static e => $"{Spec.Name(e.Endpoint)}: {e.Role} {e.Status} {e.Generation}"));
        lines.Add("events: " + string.Join(", ", events.Where(static e => e.Kind != TopologyEventKind.EndpointStatusChanged).Select(Say)));

        var wanted = new List<string>
        {
            $"{expected.Status}, primary {expected.Primary ?? "none"}, timeline {expected.Timeline}, settled {expected.Settled}",
        };
        wanted.AddRange(expected.Endpoints.Select(static e => $"{e.Key}: {e.Value}"));
        wanted.Add("events: " + string.Join(", ", expected.Events));

        Assert.True(
            lines.SequenceEqual(wanted),
            $"{where}\nexpected:\n  {string.Join("\n  ", wanted)}\nbut was:\n  {string.Join("\n  ", lines)}");
        if (expected.Published is { } published)
        {
            Assert.True(published == !ReferenceEquals(before, snapshot), where);
        }

        foreach (var (name, weight) in expected.Weights ?? [])
        {
            Assert.Equal(weight, snapshot.Endpoints.Single(e => e.Endpoint.Host == name).Endpoint.Weight);
        }
    }

    static string Say(TopologyEvent happened) => happened.Endpoint is null ? $"{happened.Kind}" : $"{happened.Kind} {Spec.Name(happened.Endpoint)}";
}
