using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace ResilientPostgres.Tests.Monitoring;

/// <summary>
/// With the default settings: probes every 500 ms, a fresh connection beside one that is silent for 200 ms, 400 ms for that; panic
/// from 5 ms to every 50 ms for 2 s, then backing off to 1 s.
/// </summary>
[Collection(nameof(MonitoringCollection))]
public sealed class EndpointMonitorTests
{
    readonly FakeServer _a = new("a", isPrimary: true);
    readonly FakeServer _b = new("b", isPrimary: false);

    static PostgresException Fatal(string code) => new("m", "FATAL", "FATAL", code);

    static NpgsqlException Refused() => new("refused", new SocketException(111));

    [Fact]
    public async Task Start_EveryServerAnswers_PrimaryIsKnownAtOnce()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        Assert.Equal("a", cluster.Current.Primary?.Endpoint.Host);
        Assert.Equal(TimeSpan.Zero, cluster.Now);
        Assert.True(cluster.Store.State.IsSettled);
    }

    [Fact]
    public async Task Start_ACertificateIsNotAccepted_TheReasonNamesHostAndCause()
    {
        _b.Refusal = new NpgsqlException("Exception while performing SSL handshake", new AuthenticationException("RemoteCertificateNameMismatch"));
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        Assert.Equal("its certificate is not accepted for 'b': RemoteCertificateNameMismatch", cluster.Of("b").Reason);
    }

    [Fact]
    public async Task Calm_ProbesAtTheOrdinaryPaceOnOneSession()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        var before = _a.Probes.Count;
        await cluster.AdvanceAsync(10_000);
        Assert.InRange(_a.Probes.Count - before, 19, 23);
        Assert.Single(_a.Connects);
        Assert.Equal(1, _a.OpenSessions);
        Assert.Equal(1, cluster.Of("a").Generation);
    }

    [Fact]
    public async Task Dying_SessionIsTold_LostAtOnceWithoutWaitingForAProbe()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        await cluster.AdvanceAsync(1_000);
        var since = cluster.Now;
        _a.Refusal = Refused();
        _a.EndSessions(Fatal("57P01"));
        await cluster.UntilAsync(() => cluster.Of("a").Status == EndpointStatus.Unreachable);

        Assert.Equal(EndpointStatus.Unreachable, cluster.Of("a").Status);
        Assert.Null(cluster.Current.Primary);
        Assert.Equal(since, cluster.Now);
        Assert.Equal([EndpointStatus.Suspected, EndpointStatus.Unreachable], cluster.History("a", since).Select(static h => h.Status));
    }

    [Fact]
    public async Task Dying_PromotedStandbyIsFoundByThePanicPace()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        await cluster.AdvanceAsync(1_000);
        _a.Refusal = Refused();
        _a.EndSessions(Fatal("57P01"));
        await cluster.UntilAsync(() => cluster.Of("a").Status == EndpointStatus.Unreachable);
        await cluster.AdvanceAsync(400);
        Assert.Null(cluster.Current.Primary);
        (_b.IsPrimary, _b.Timeline) = (true, 2);
        var promoted = cluster.Now;
        await cluster.AdvanceUntilAsync(() => cluster.Current.Primary is not null, 500);

        Assert.Equal("b", cluster.Current.Primary!.Endpoint.Host);
        Assert.True(cluster.Now - promoted <= TimeSpan.FromMilliseconds(55), $"found after {cluster.Now - promoted}");
        Assert.Equal(1, cluster.Of("b").Generation);
    }

    [Fact]
    public async Task Hint_BeginsThePanicPaceAnew_SoThatALatePromotionIsFoundAtOnce()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        await cluster.AdvanceAsync(1_000);
        _a.Refusal = Refused();
        _a.EndSessions(Fatal("57P01"));
        await cluster.UntilAsync(() => cluster.Of("a").Status == EndpointStatus.Unreachable);
        await cluster.AdvanceAsync(8_000);
        cluster.Monitor.LookNow();
        await cluster.AdvanceAsync(1_000);
        (_b.IsPrimary, _b.Timeline) = (true, 2);
        var promoted = cluster.Now;
        await cluster.AdvanceUntilAsync(() => cluster.Current.Primary is not null, 1_500);

        Assert.True(cluster.Now - promoted <= TimeSpan.FromMilliseconds(55), $"found after {cluster.Now - promoted}");
    }

    [Fact]
    public async Task Hint_WhileAllIsWell_IsALookAndNoPanic()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        await cluster.AdvanceAsync(1_000);
        var before = _a.Probes.Count;
        cluster.Monitor.LookNow();
        await cluster.AdvanceAsync(2_000);
        Assert.InRange(_a.Probes.Count - before, 4, 7);
    }

    [Fact]
    public async Task SessionDiesAlone_FreshConnectionAnswers_SameGenerationAndNeverUnreachable()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        await cluster.AdvanceAsync(700);
        var since = cluster.Now;
        _a.EndSessions(Fatal("57P01"));
        await cluster.UntilAsync(() => _a.Connects.Count == 2 && cluster.Current.Primary is not null);
        await cluster.AdvanceAsync(2_000);

        Assert.Equal("a", cluster.Current.Primary?.Endpoint.Host);
        Assert.Equal(EndpointStatus.Available, cluster.Of("a").Status);
        Assert.Equal(1, cluster.Of("a").Generation);
        Assert.Equal([EndpointStatus.Suspected, EndpointStatus.Available], cluster.History("a", since).Select(static h => h.Status));
        Assert.Equal(2, _a.Connects.Count);
        Assert.Equal(since, _a.Connects[1]);
        await cluster.UntilAsync(() => _a.OpenSessions == 1);
    }

    [Fact]
    public async Task Frozen_UnreachableOnlyAfterProbeAndFreshConnectionHaveTimedOut()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        await cluster.AdvanceAsync(2_000);
        var asked = _a.Probes.Count;
        _a.Freeze();
        await cluster.AdvanceUntilAsync(() => _a.Probes.Count > asked, 505);
        var sent = cluster.Now;

        await cluster.AdvanceAsync(190);
        Assert.Equal(EndpointStatus.Available, cluster.Of("a").Status);
        Assert.Single(_a.Connects);
        await cluster.AdvanceAsync(20);
        Assert.Equal(2, _a.Connects.Count);
        await cluster.AdvanceAsync(380);
        Assert.NotEqual(EndpointStatus.Unreachable, cluster.Of("a").Status);
        await cluster.AdvanceUntilAsync(() => cluster.Of("a").Status == EndpointStatus.Unreachable, 25);
        Assert.InRange((cluster.Now - sent).TotalMilliseconds, 595, 615);
        Assert.Null(cluster.Current.Primary);
    }

    [Fact]
    public async Task Frozen_Thaws_ComesBackAsANewGeneration()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        _a.Freeze();
        await cluster.AdvanceUntilAsync(() => cluster.Of("a").Status == EndpointStatus.Unreachable, 1_500);
        _a.Thaw();
        await cluster.AdvanceUntilAsync(() => cluster.Current.Primary is not null, 2_000);
        Assert.Equal(2, cluster.Of("a").Generation);

        // Connections that came through after all are ended beside the loop.
        await cluster.UntilAsync(() => _a.OpenSessions == 1);
    }

    [Fact]
    public async Task SlowAnswer_FreshConnectionAnswersFirst_TakesItsPlaceWithoutAWord()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        var asked = _a.Probes.Count;
        var since = cluster.Now + TimeSpan.FromTicks(1);
        _a.HangsProbes = true;
        await cluster.AdvanceUntilAsync(() => _a.Probes.Count > asked, 505);
        _a.HangsProbes = false;
        await cluster.AdvanceAsync(1_000);
        Assert.Empty(cluster.History("a", since));
        Assert.Equal(2, _a.Connects.Count);
        await cluster.UntilAsync(() => _a.OpenSessions == 1);
    }

    [Fact]
    public async Task SlowAnswer_WhileTheFreshConnectionIsOpened_IsLife()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        var asked = _a.Probes.Count;
        var since = cluster.Now + TimeSpan.FromTicks(1);
        _a.Freeze();
        await cluster.AdvanceUntilAsync(() => _a.Probes.Count > asked, 505);
        await cluster.AdvanceAsync(350);
        _a.ThawSessions();
        await cluster.AdvanceAsync(1_000);
        Assert.Empty(cluster.History("a", since));
        Assert.Equal(1, cluster.Of("a").Generation);
    }

    /// <summary>A stopped postmaster accepts nobody new and its old sessions live on: that is life.</summary>
    [Fact]
    public async Task InDoubt_NewConnectionsHangButTheSessionAnswers_StaysAvailable()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        await cluster.AdvanceAsync(700);
        _a.HangsConnects = true;
        var since = cluster.Now;
        cluster.Monitor.Doubt(new Endpoint("a"), 1, isEvidence: false, "spec");
        await cluster.AdvanceAsync(100);
        Assert.Equal(2, _a.Connects.Count);
        await cluster.AdvanceAsync(900);

        Assert.Equal("a", cluster.Current.Primary?.Endpoint.Host);
        Assert.DoesNotContain(cluster.History("a", since), static h => h.Status != EndpointStatus.Available);
        Assert.True(cluster.Store.State.IsSettled);
    }

    [Fact]
    public async Task StartingUp_SaysSo_AndIsAskedAtThePanicPace()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        await cluster.AdvanceAsync(1_000);
        _a.Refusal = Fatal("57P03");
        _a.EndSessions(Fatal("57P02"));
        await cluster.UntilAsync(() => cluster.Of("a").Status == EndpointStatus.StartingUp);
        await cluster.AdvanceAsync(1_000);
        Assert.Equal(EndpointStatus.StartingUp, cluster.Of("a").Status);
        Assert.InRange(_a.Connects.Count, 30, 52);
        _a.Refusal = null;
        await cluster.AdvanceAsync(60);
        Assert.Equal("a", cluster.Current.Primary?.Endpoint.Host);
        Assert.Equal(2, cluster.Of("a").Generation);
    }

    [Fact]
    public async Task Panic_IsCloseForTwoSeconds_ThenBacksOffToASecond()
    {
        _a.Refusal = Refused();
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        await cluster.AdvanceAsync(2_000);
        var early = _a.Connects.Count;
        Assert.InRange(early, 50, 75);
        await cluster.AdvanceAsync(10_000);
        var times = _a.Connects;
        var gaps = times.Zip(times.Skip(1), static (x, y) => (At: x, Gap: (y - x).TotalMilliseconds)).ToArray();

        Assert.All(gaps.Where(static g => g.At > TimeSpan.FromSeconds(0.4) && g.At < TimeSpan.FromSeconds(1.9)), static g => Assert.InRange(g.Gap, 35, 60));
        Assert.All(gaps.Where(static g => g.At > TimeSpan.FromSeconds(5)), static g => Assert.InRange(g.Gap, 740, 1010));
        Assert.InRange(times.Count - early, 12, 30);
    }

    [Fact]
    public async Task Panic_EndsWhenAPrimaryIsConfirmed()
    {
        _a.Refusal = Refused();
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        await cluster.AdvanceAsync(500);
        _a.Refusal = null;
        await cluster.AdvanceAsync(100);
        Assert.Equal("a", cluster.Current.Primary?.Endpoint.Host);
        var before = _b.Probes.Count;
        await cluster.AdvanceAsync(5_000);
        Assert.InRange(_b.Probes.Count - before, 9, 13);
    }

    [Fact]
    public async Task UnreachableStandby_DoesNotKeepTheClusterInPanic()
    {
        _b.Refusal = Refused();
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        Assert.Equal("a", cluster.Current.Primary?.Endpoint.Host);
        await cluster.AdvanceAsync(500);
        var before = _a.Probes.Count;
        await cluster.AdvanceAsync(5_000);
        Assert.InRange(_a.Probes.Count - before, 9, 12);
    }

    [Fact]
    public async Task Misconfigured_IsProbedRarely_EvenInPanic()
    {
        _b.Refusal = Fatal("28P01");
        _a.Refusal = Refused();
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        Assert.Equal(EndpointStatus.Misconfigured, cluster.Of("b").Status);
        await cluster.AdvanceAsync(14_000);
        cluster.Monitor.Doubt(new Endpoint("a"), 1, isEvidence: true, "spec");
        await cluster.AdvanceAsync(500);
        Assert.Single(_b.Connects);
        Assert.True(_a.Connects.Count > 30);
        _b.Refusal = null;
        await cluster.AdvanceAsync(1_000);
        Assert.Equal(EndpointStatus.Available, cluster.Of("b").Status);
        Assert.Equal(2, _b.Connects.Count);
    }

    [Fact]
    public async Task OurOwnPause_WhileResting_DeclaresNobodyDown()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        var since = cluster.Now + TimeSpan.FromTicks(1);
        await cluster.LeapAsync(TimeSpan.FromSeconds(30));
        await cluster.AdvanceAsync(1_000);
        Assert.Empty(cluster.History("a", since));
        Assert.Empty(cluster.History("b", since));
        Assert.Single(_a.Connects);
    }

    [Fact]
    public async Task OurOwnPause_WhileAProbeIsUnderWay_GivesItItsTimeAgain()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        var since = cluster.Now + TimeSpan.FromTicks(1);
        var asked = _a.Probes.Count;
        _a.HangsProbes = true;
        await cluster.AdvanceUntilAsync(() => _a.Probes.Count > asked, 505);
        await cluster.LeapAsync(TimeSpan.FromSeconds(30));
        await cluster.AdvanceAsync(100);
        _a.Thaw();
        await cluster.AdvanceAsync(1_000);
        Assert.Empty(cluster.History("a", since));
        Assert.Single(_a.Connects);
    }

    [Fact]
    public async Task OurOwnPause_WhileConnecting_GivesItItsTimeAgain()
    {
        _a.HangsConnects = true;
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        await cluster.LeapAsync(TimeSpan.FromSeconds(30));
        await cluster.AdvanceAsync(100);
        _a.Thaw();
        await cluster.UntilAsync(() => cluster.Current.Primary is not null);
        Assert.DoesNotContain(cluster.History("a", default), static h => h.Status == EndpointStatus.Unreachable);
        Assert.Equal("a", cluster.Current.Primary?.Endpoint.Host);
        Assert.Equal(1, cluster.Of("a").Generation);
    }

    [Fact]
    public async Task Wake_DuringAProbe_IsKeptForTheNextRest()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        var asked = _a.Probes.Count;
        _a.HangsProbes = true;
        await cluster.AdvanceUntilAsync(() => _a.Probes.Count > asked, 505);
        asked = _a.Probes.Count;
        cluster.Monitor.Doubt(new Endpoint("b"), 1, isEvidence: false, "spec");
        await cluster.SettleAsync();
        Assert.Equal(asked, _a.Probes.Count);
        var now = cluster.Now;
        _a.Thaw();
        await cluster.UntilAsync(() => _a.Probes.Count > asked);

        Assert.Equal(now, cluster.Now);
        Assert.Equal(asked + 1, _a.Probes.Count);
    }

    [Fact]
    public async Task Doubt_ProbesEveryServerAtOnce()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        await cluster.AdvanceAsync(700);
        var (ofA, ofB, now) = (_a.Probes.Count, _b.Probes.Count, cluster.Now);
        cluster.Monitor.Doubt(new Endpoint("a"), 1, isEvidence: false, "spec");
        await cluster.UntilAsync(() => _a.Probes.Count > ofA && _b.Probes.Count > ofB);
        Assert.Equal(now, cluster.Now);
        Assert.Equal("a", cluster.Current.Primary?.Endpoint.Host);
    }

    [Fact]
    public async Task Doubt_OfAnOldGeneration_ProbesNobody()
    {
        await using var cluster = await MonitoredCluster.StartAsync(_a, _b);
        var before = _a.Probes.Count;
        cluster.Monitor.Doubt(new Endpoint("a"), 99, isEvidence: true, "spec");
        await cluster.SettleAsync();
        Assert.Equal(before, _a.Probes.Count);
        Assert.Equal(EndpointStatus.Available, cluster.Of("a").Status);
    }

    [Fact]
    public async Task Dispose_WhileAServerHangs_Ends()
    {
        var cluster = await MonitoredCluster.StartAsync(_a, _b);
        _a.Freeze();
        await cluster.AdvanceAsync(600);
        await cluster.DisposeAsync();
        Assert.True(cluster.Current.Superseded.IsCompleted);
    }
}
