using ResilientPostgres.Endpoints;
using ResilientPostgres.Routing;
using ResilientPostgres.Tests.Specs;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Routing;

/// <summary>Runs tests/specs/routing: many seeded draws a case, and the reason for each endpoint that is never drawn.</summary>
public sealed class RoutingSpecTests
{
    const ulong Seed = 20260801;
    const int Draws = 20_000;

    static readonly TimeSpan _now = TimeSpan.FromDays(2);

    public static TheoryData<string, string> Cases => SpecSet.Names<RoutingCase>("routing");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Request_GoesWhereItMay(string file, string name)
    {
        var spec = SpecSet.Find<RoutingCase>("routing", file, name);
        var where = $"{file}: {name} (seed {Seed})";
        var snapshot = Build(spec);
        var request = new RoutingRequest(
            spec.Request.Preference, Spec.Ms(spec.Request.MaxLag), spec.Request.Avoid is { } avoid ? new Endpoint(avoid) : null, spec.Request.IsRead, Near: spec.Request.Near)
        {
            IsByName = spec.Request.ByName,
        };
        var drawn = Draw(snapshot, request);

        var names = drawn.Keys.Where(static i => i >= 0).Order().Select(i => snapshot.Endpoints[i].Endpoint.Host);
        Assert.True(
            names.SequenceEqual(spec.Expect.Candidates),
            $"{where}: expected [{string.Join(", ", spec.Expect.Candidates)}] but [{string.Join(", ", names)}] came up");
        Assert.True(drawn.Count == 1 || !drawn.ContainsKey(-1), $"{where}: sometimes none");
        foreach (var (endpoint, share) in spec.Expect.Frequencies ?? [])
        {
            var actual = drawn.Single(d => d.Key >= 0 && snapshot.Endpoints[d.Key].Endpoint.Host == endpoint).Value / (double)Draws;
            Assert.True(Math.Abs(actual - share) <= spec.Expect.Tolerance, $"{where}: {endpoint} came up with {actual:F4}, not {share:F4}");
        }

        foreach (var chosen in drawn.Keys)
        {
            CheckReasons(spec, RoutingDecision.Explain(snapshot, request, _now, chosen), where);
        }
    }

    static void CheckReasons(RoutingCase spec, RoutingDecision decision, string where)
    {
        Assert.Equal(spec.Endpoints.Count - (decision.Chosen is null ? 0 : 1), decision.Rejections.Length);
        var told = decision.Rejections
            .Where(r => !spec.Expect.Candidates.Contains(r.Endpoint.Endpoint.Host))
            .ToDictionary(static r => r.Endpoint.Endpoint.Host, static r => r.Reason);
        Assert.True(
            told.OrderBy(static p => p.Key).SequenceEqual(spec.Expect.Reasons.OrderBy(static p => p.Key)),
            $"{where}: {decision}");

        // A candidate that was not chosen this time lost by load, and by nothing else.
        Assert.All(
            decision.Rejections.Where(r => spec.Expect.Candidates.Contains(r.Endpoint.Endpoint.Host)),
            static r => Assert.Equal(RejectionReason.None, r.Reason));
    }

    static Dictionary<int, int> Draw(TopologySnapshot snapshot, RoutingRequest request)
    {
        var random = new Random((int)Seed);
        var drawn = new Dictionary<int, int>();
        for (var i = 0; i < Draws; i++)
        {
            var index = EndpointSelector.Select(snapshot, request, _now, (ulong)random.NextInt64(long.MinValue, long.MaxValue));
            drawn[index] = drawn.GetValueOrDefault(index) + 1;
        }

        return drawn;
    }

    static TopologySnapshot Build(RoutingCase spec)
    {
        var endpoints = spec.Endpoints.Select(Build).ToArray();
        var primary = spec.Primary is null ? null : endpoints.Single(e => e.Endpoint.Host == spec.Primary);
        return new TopologySnapshot(2, spec.Status, [.. endpoints], primary, 1, 1);
    }

    static EndpointSnapshot Build(RoutingEndpoint spec)
    {
        var gauge = new EndpointGauge();
        gauge.RecordLatency(Spec.Ms(spec.Latency));
        if (spec.Lag is { } lag)
        {
            gauge.ProveFresh(_now - Spec.Ms(lag));
        }

        if (spec.IsCircuitOpen)
        {
            gauge.Shun(_now + Spec.Ms(1));
        }

        for (var i = 0; i < spec.InFlight; i++)
        {
            gauge.Enter();
        }

        var standby = spec.Role == EndpointRole.Standby;
        var state = new EndpointState(new Endpoint(spec.Name, weight: spec.Weight, labels: EndpointLabel.Parse(spec.Label) is { } l ? new Dictionary<string, string> { [l.Key] = l.Value } : null))
        {
            Gauge = gauge,
            Facts = spec.Role == EndpointRole.Unknown ? null : new ServerFacts(standby, standby, 1, Spec.Start(spec.Server ?? spec.Name), default, 1, null),
        };
        var snapshot = new EndpointSnapshot(state, spec.Status, null);
        Assert.Equal(spec.Role, snapshot.Role);
        return snapshot;
    }
}
