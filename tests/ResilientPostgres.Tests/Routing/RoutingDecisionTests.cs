using ResilientPostgres.Routing;

namespace ResilientPostgres.Tests.Routing;

public sealed class RoutingDecisionTests
{
    [Fact]
    public void ToString_NamesWhatWasAskedAndEveryReason()
    {
        var data = new Specs.EndpointSpec { Name = "a" }.ToEndpoint();
        var state = ResilientPostgres.Topology.TopologyState.Create([data, new Endpoint("b")]);
        var decision = RoutingDecision.Explain(state.Snapshot, new RoutingRequest(ReadPreference.Primary, TimeSpan.Zero), default, -1);

        Assert.Null(decision.Chosen);
        Assert.Contains("Primary -> none", decision.ToString(), StringComparison.Ordinal);
        Assert.Contains("a:5432", decision.ToString(), StringComparison.Ordinal);
        Assert.Contains("b:5432", decision.ToString(), StringComparison.Ordinal);
        var none = new NoSuitableEndpointException(decision, TimeSpan.FromSeconds(3), isTransient: true, null);
        Assert.Contains("3.0 s", none.Message, StringComparison.Ordinal);
        Assert.True(none.IsTransient);
        Assert.Same(decision, none.Decision);
    }
}
