using ResilientPostgres.Testing;

namespace ResilientPostgres.Tests.Discovery;

/// <summary>Providers that do not behave, and what an operator can do about it.</summary>
public sealed class ProviderTroubleTests
{
    [Fact]
    public async Task OneThatHeedsNoCancellation_IsNotAskedASecondTimeBesideTheFirst()
    {
        await using var pg = await FakePostgresCluster.StartAsync();
        var held = new TaskCompletionSource<EndpointListing>();
        var provider = new StubbornProvider(() => held.Task);
        await using var db = Over(pg, provider);
        await pg.ReadyAsync(db);
        await UntilAsync(() => db.Topology.ToString().Contains("has not ended", StringComparison.Ordinal));
        Assert.Equal(1, provider.Asked);

        provider.Answer = () => Task.FromResult(Listing(pg));
        held.SetException(new InvalidOperationException("late"));
        await UntilAsync(() => db.Topology.ToString().Contains("listed by stubborn: 2 endpoints", StringComparison.Ordinal));

        Assert.Equal(1, provider.MostAtOnce);
    }

    [Fact]
    public async Task OneThatFailsWhenItIsDisposed_LeavesNoSessionOpen()
    {
        await using var pg = await FakePostgresCluster.StartAsync();
        var db = Over(pg, new StubbornProvider(() => Task.FromResult(Listing(pg))) { End = static () => throw new InvalidOperationException("no end") });
        await pg.ReadyAsync(db);

        Assert.Equal("no end", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await db.DisposeAsync())).Message);

        await UntilAsync(() => pg.Servers.All(static s => s.SessionCount == 0));
    }

    [Fact]
    public async Task OneThatHangsWhenItIsDisposed_HoldsNothingUp()
    {
        await using var pg = await FakePostgresCluster.StartAsync();
        var db = Over(pg, new StubbornProvider(() => Task.FromResult(Listing(pg))) { End = static () => new ValueTask(new TaskCompletionSource().Task) });
        await pg.ReadyAsync(db);

        await db.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        await UntilAsync(() => pg.Servers.All(static s => s.SessionCount == 0));
    }

    [Fact]
    public async Task BeforeItsFirstAnswer_HostsThatAreReloadedAreUsed()
    {
        await using var pg = await FakePostgresCluster.StartAsync();
        var provider = new StubbornProvider(static () => throw new InvalidOperationException("down"));
        await using var db = Over(pg, provider, "Host=127.0.0.1:1;Username=app;Database=app");
        _ = db.Explain();
        await UntilAsync(() => provider.Asked > 0);

        db.Reconfigure(Options(pg.ConnectionString));

        await UntilAsync(() => db.Topology.Current.Status == ClusterStatus.WithPrimary);
        Assert.Equal(2, db.Topology.Current.Endpoints.Length);
    }

    [Fact]
    public async Task WhileItFails_WhatTheOptionsSayOfItsEndpointsIsReloaded()
    {
        await using var pg = await FakePostgresCluster.StartAsync();
        var provider = new StubbornProvider(() => Task.FromResult(Listing(pg)));
        await using var db = Over(pg, provider);
        await pg.ReadyAsync(db);
        provider.Answer = static () => throw new InvalidOperationException("down");
        var options = Options(pg.ConnectionString);
        options.Endpoints.Add(new EndpointOptions { Host = pg.Standbys[0].Host, Port = pg.Standbys[0].Port, Weight = 7, CanBecomePrimary = false });

        db.Reconfigure(options);

        await UntilAsync(() => db.Topology.Current.Endpoints.Any(static e => e.Endpoint is { Weight: 7, CanBecomePrimary: false }));
        Assert.Equal(2, db.Topology.Current.Endpoints.Length);
    }

    static EndpointListing Listing(FakePostgresCluster pg) => new([.. pg.Servers.Select(static s => new ListedEndpoint(new Endpoint(s.Host, s.Port)))]);

    static ResilientPostgresOptions Options(string connectionString)
    {
        var options = new ResilientPostgresOptions { ConnectionString = connectionString };
        options.Monitoring.DiscoveryTimeout = TimeSpan.FromMilliseconds(100);
        return options;
    }

    static ResilientDataSource Over(FakePostgresCluster pg, StubbornProvider provider, string? connectionString = null)
    {
        var builder = new ResilientDataSourceBuilder(connectionString ?? pg.ConnectionString).AddEndpointProvider(provider);
        builder.Options.Monitoring.DiscoveryTimeout = TimeSpan.FromMilliseconds(100);
        return builder.Build();
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
