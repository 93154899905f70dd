using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Topology;

/// <summary>What holds after every observation, whatever the case.</summary>
static class TopologyInvariants
{
    public static void Check(TopologyChange change, Observation observation, SplitBrainAction policy)
    {
        var (before, after) = (change.Before.Snapshot, change.After.Snapshot);
        Assert.Equal(change.IsPublished ? before.Version + 1 : before.Version, after.Version);
        Assert.All(change.Events, e => Assert.Same(after, e.Snapshot));
        Assert.All(change.Events, static e => Assert.NotEmpty(e.Message));
        if (!change.IsPublished)
        {
            Assert.Empty(change.Events);
            Assert.True(Equals(Decisive(change.Before), Decisive(change.After)), "a change that decides was not published");
        }

        CheckPrimary(after, policy);
        CheckStatusEvents(change, before, after);

        // Fencing: nothing but an operator or another cluster takes the timeline back.
        var isReset = observation is Observation.FenceReset || after.SystemIdentifier != before.SystemIdentifier;
        Assert.True(isReset || after.Timeline >= before.Timeline, $"timeline went from {before.Timeline} to {after.Timeline}");
    }

    static void CheckPrimary(TopologySnapshot after, SplitBrainAction policy)
    {
        Assert.Equal(after.Primary is not null, after.Status == ClusterStatus.WithPrimary || (after.Status == ClusterStatus.SplitBrain && after.Primary is not null));
        if (after.Primary is not { } primary)
        {
            return;
        }

        Assert.Contains(after.Endpoints, e => ReferenceEquals(e, primary));
        Assert.Equal(EndpointStatus.Available, primary.Status);
        Assert.Equal(EndpointRole.Primary, primary.Role);
        Assert.False(primary.IsReadOnly);
        Assert.True(primary.Endpoint.CanBecomePrimary);
        Assert.Equal(after.SystemIdentifier, primary.SystemIdentifier);
        Assert.Equal(after.Timeline, primary.Timeline);
        Assert.True(after.Status == ClusterStatus.WithPrimary || policy == SplitBrainAction.KeepCurrentPrimary, "writes go somewhere in a split brain");
    }

    static void CheckStatusEvents(TopologyChange change, TopologySnapshot before, TopologySnapshot after)
    {
        var changed = after.Endpoints
            .Where(e => before.Endpoints.FirstOrDefault(b => b.Endpoint.Equals(e.Endpoint)) is { } b && b.Status != e.Status)
            .Select(static e => e.Endpoint.Name);
        var told = change.Events.Where(static e => e.Kind == TopologyEventKind.EndpointStatusChanged).Select(static e => e.Endpoint!.Name);
        Assert.Equal(changed, told);
    }

    static string Decisive(TopologyState state) =>
        string.Join('\n', state.Endpoints.Select(static e => $"{e.Endpoint.Name} {e.Endpoint.Weight} {e.Generation} {e.Facts?.InRecovery} {e.Facts?.ReadOnly} {e.Facts?.StartedAt}"));
}
