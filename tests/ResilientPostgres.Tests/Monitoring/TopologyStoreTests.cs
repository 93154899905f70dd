using NpgsqlTypes;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Tests.Specs;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Monitoring;

public sealed class TopologyStoreTests
{
    static readonly Endpoint _a = new("a");
    static readonly Endpoint _b = new("b");

    static TopologyStore Store() => new([_a, _b], static () => SplitBrainAction.RefuseWrites);

    static Observation Probe(Endpoint endpoint, double sentAt, bool isPrimary, ulong lsn = 4096) => new Observation.Probed(
        endpoint,
        Spec.Ms(sentAt),
        Spec.Ms(sentAt + 1),
        new ServerFacts(!isPrimary, !isPrimary, 1, Spec.Start(endpoint.Host), new NpgsqlLogSequenceNumber(lsn), isPrimary ? 1u : null, null));

    [Fact]
    public void Apply_SomethingThatDecides_SupersedesAndAnnounces()
    {
        using var store = Store();
        var published = new List<TopologySnapshot>();
        store.Published = published.Add;
        var first = store.Current;
        store.Apply(Probe(_a, 0, isPrimary: true));
        store.Apply(Probe(_b, 0, isPrimary: false));

        Assert.True(first.Superseded.IsCompletedSuccessfully);
        Assert.False(store.Current.Superseded.IsCompleted);
        Assert.Equal("a", store.Current.Primary?.Endpoint.Host);
        Assert.Same(store.Current, published[^1]);
        Assert.Equal(store.Current.Version, first.Version + published.Count);
        var events = new List<TopologyEvent>();
        while (store.Events.TryRead(out var batch))
        {
            events.AddRange(batch);
        }

        Assert.Contains(events, static e => e.Kind == TopologyEventKind.PrimaryChanged);
    }

    [Fact]
    public void Apply_OnlyPositionsMoved_KeepsTheSnapshotAndWakesOnlyWhoAskedForObservations()
    {
        using var store = Store();
        store.Apply(Probe(_a, 0, isPrimary: true));
        store.Apply(Probe(_b, 0, isPrimary: false));
        var stands = store.Current;
        var observed = store.NextObservation();
        store.Published = static _ => Assert.Fail("published");
        store.Apply(Probe(_a, 500, isPrimary: true, lsn: 9000));
        store.Apply(Probe(_b, 500, isPrimary: false, lsn: 9000));

        Assert.Same(stands, store.Current);
        Assert.False(stands.Superseded.IsCompleted);
        Assert.True(observed.IsCompletedSuccessfully);
        Assert.False(store.NextObservation().IsCompleted);
        Assert.Equal(100, store.Current.Endpoints[1].Gauge.LagBound(Spec.Ms(600)).TotalMilliseconds);
    }

    [Fact]
    public void Apply_Probe_RecordsItsRoundTrip()
    {
        using var store = Store();
        store.Apply(Probe(_a, 0, isPrimary: true));
        Assert.Equal(TimeSpan.FromMilliseconds(1), store.Current.Endpoints[0].Latency);
    }

    /// <summary>"Select; none? await Superseded; again": whoever waits on the snapshot it has read gets to the last one.</summary>
    [Fact]
    public async Task Superseded_UnderConcurrentPublishing_LosesNoWakeUp()
    {
        const int rounds = 5_000;
        const int publishers = 3;
        Endpoint[] endpoints = [.. Enumerable.Range(0, publishers).Select(static i => new Endpoint($"s{i}"))];
        using var store = new TopologyStore([.. endpoints], static () => SplitBrainAction.RefuseWrites);
        var token = TestContext.Current.CancellationToken;
        var isDone = false;

        var waiters = Enumerable.Range(0, 8).Select(_ => Task.Run(
            async () =>
            {
                while (true)
                {
                    // As a caller does: the snapshot first, then the question, then the wait.
                    var snapshot = store.Current;
                    if (Volatile.Read(ref isDone) && snapshot.Endpoints.All(static e => e.Status == EndpointStatus.Misconfigured))
                    {
                        return snapshot.Version;
                    }

                    await snapshot.Superseded.WaitAsync(token);
                }
            },
            token)).ToArray();

        await Task.WhenAll(endpoints.Select(e => Task.Run(
            () =>
            {
                for (var i = 0; i < rounds; i++)
                {
                    store.Apply(new Observation.ProbeFailed(e, Spec.Ms(i), i % 2 == 0 ? ProbeFailure.Unreachable : ProbeFailure.StartingUp, "x"));
                }
            },
            token)));
        Volatile.Write(ref isDone, true);
        foreach (var endpoint in endpoints)
        {
            store.Apply(new Observation.ProbeFailed(endpoint, Spec.Ms(rounds), ProbeFailure.Misconfigured, "x"));
        }

        Assert.All(await Task.WhenAll(waiters), v => Assert.Equal(store.Current.Version, v));
        Assert.Equal(1 + publishers * (rounds + 1L), store.Current.Version);
    }

    [Fact]
    public async Task NextObservation_UnderConcurrentObserving_LosesNoWakeUp()
    {
        using var store = Store();
        var token = TestContext.Current.CancellationToken;
        var applied = 0;
        var observer = Task.Run(
            () =>
            {
                for (var i = 1; i <= 20_000; i++)
                {
                    Volatile.Write(ref applied, i);
                    store.Apply(Probe(_a, i, isPrimary: true));
                }
            },
            token);
        while (true)
        {
            // The wait is asked for before the look, as the acquirer does.
            var next = store.NextObservation();
            if (Volatile.Read(ref applied) == 20_000)
            {
                break;
            }

            await next.WaitAsync(token);
        }

        await observer;
    }

    [Fact]
    public void Dispose_WakesEveryWaiter()
    {
        var store = Store();
        var (superseded, observed) = (store.Current.Superseded, store.NextObservation());
        store.Dispose();
        Assert.True(superseded.IsCompleted);
        Assert.True(observed.IsCompleted);
        Assert.True(store.Events.Completion.IsCompleted);
    }
}
