using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ResilientPostgres.Tests.DependencyInjection;

/// <summary>Nothing is opened until the first call, so all of this runs without a server.</summary>
public sealed class RegistrationTests
{
    const string Text = "Host=pg-a,pg-b;Username=app;Password=secret";

    [Fact]
    public async Task Default_IsInjectedAsItselfAndAsDbDataSource()
    {
        await using var provider = new ServiceCollection().AddResilientPostgres(Text).Services.BuildServiceProvider();
        var db = provider.GetRequiredService<ResilientDataSource>();
        Assert.Same(db, provider.GetRequiredService<DbDataSource>());
        Assert.Same(db, provider.GetRequiredKeyedService<ResilientDataSource>("postgres"));
        Assert.Equal(["pg-a", "pg-b"], db.Topology.Current.Endpoints.Select(static e => e.Endpoint.Host));
        Assert.DoesNotContain("secret", db.ConnectionString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Named_AreKeyedAndApart()
    {
        var services = new ServiceCollection();
        services.AddResilientPostgres(Text);
        services.AddResilientPostgres("orders", static o => { o.ConnectionString = "Host=orders-a"; o.Mode = RoutingMode.PrimaryOnly; });
        services.AddResilientPostgres("reports", static o => o.ConnectionString = "Host=reports-a");
        await using var provider = services.BuildServiceProvider();

        var orders = provider.GetRequiredKeyedService<ResilientDataSource>("orders");
        Assert.Same(orders, provider.GetRequiredKeyedService<DbDataSource>("orders"));
        Assert.Equal(RoutingMode.PrimaryOnly, orders.Mode);
        Assert.Equal(RoutingMode.Full, provider.GetRequiredService<ResilientDataSource>().Mode);
        Assert.Equal("orders-a", Assert.Single(orders.Topology.Current.Endpoints).Endpoint.Host);
        Assert.NotSame(orders, provider.GetRequiredKeyedService<ResilientDataSource>("reports"));
    }

    [Fact]
    public async Task OnlyNamed_LeavesTheDefaultUnregistered()
    {
        await using var provider = new ServiceCollection().AddResilientPostgres("orders", static o => o.ConnectionString = Text).Services.BuildServiceProvider();
        Assert.Null(provider.GetService<ResilientDataSource>());
        Assert.Null(provider.GetService<DbDataSource>());
    }

    [Fact]
    public void SameNameTwice_IsRefused()
    {
        var services = new ServiceCollection();
        services.AddResilientPostgres(Text);
        Assert.Contains("postgres", Assert.Throws<InvalidOperationException>(() => services.AddResilientPostgres(Text)).Message, StringComparison.Ordinal);
        services.AddResilientPostgres("orders", static _ => { });
        Assert.Contains("orders", Assert.Throws<InvalidOperationException>(() => services.AddResilientPostgres("orders", static _ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configure_AfterTheSection_Wins()
    {
        var section = Section(new() { ["Postgres:ConnectionString"] = Text, ["Postgres:Retry:MaxRetries"] = "1" });
        await using var provider = new ServiceCollection().AddResilientPostgres(section).Configure(static o => o.Retry.MaxRetries = 7).Services.BuildServiceProvider();
        Assert.Equal(7, provider.GetRequiredService<ResilientDataSource>().Cluster.Settings.Retry.MaxRetries);
    }

    [Fact]
    public async Task Section_BindsEverything()
    {
        var section = Section(new()
        {
            ["Postgres:ConnectionString"] = Text,
            ["Postgres:Mode"] = "Observe",
            ["Postgres:ReadPreference"] = "Any",
            ["Postgres:SplitBrain"] = "KeepCurrentPrimary",
            ["Postgres:MaxReplicationLag"] = "00:00:05",
            ["Postgres:AttemptTimeout"] = "00:00:04",
            ["Postgres:TotalTimeout"] = "00:00:08",
            ["Postgres:Retry:MaxRetries"] = "5",
            ["Postgres:CircuitBreaker:Enabled"] = "false",
            ["Postgres:Hedging:Enabled"] = "true",
            ["Postgres:Hedging:Delay"] = "00:00:00.030",
            ["Postgres:Monitoring:ProbeInterval"] = "00:00:01",
            ["Postgres:Monitoring:ProbeTimeout"] = "00:00:00.5",
            ["Postgres:Endpoints:0:Host"] = "pg-b",
            ["Postgres:Endpoints:0:Weight"] = "4",
            ["Postgres:Endpoints:0:Labels:zone"] = "x",
        });
        await using var provider = new ServiceCollection().AddResilientPostgres(section).Services.BuildServiceProvider();
        var settings = provider.GetRequiredService<ResilientDataSource>().Cluster.Settings;
        Assert.Equal(RoutingMode.Observe, settings.Mode);
        Assert.Equal(ReadPreference.Any, settings.ReadPreference);
        Assert.Equal(SplitBrainAction.KeepCurrentPrimary, settings.SplitBrain);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.MaxReplicationLag);
        Assert.Equal(TimeSpan.FromSeconds(4), settings.AttemptTimeout);
        Assert.Equal(TimeSpan.FromSeconds(8), settings.TotalTimeout);
        Assert.Equal(5, settings.Retry.MaxRetries);
        Assert.False(settings.CircuitBreaker.Enabled);
        Assert.Equal(TimeSpan.FromMilliseconds(30), settings.Hedging.Delay);
        Assert.Equal(TimeSpan.FromMilliseconds(500), settings.Monitoring.ProbeTimeout);
        Assert.Equal(4, settings.Endpoints[1].Weight);
        Assert.Equal("x", settings.Endpoints[1].Labels["zone"]);
    }

    [Theory]
    [InlineData("Postgres:MaxRetrys", "3", "MaxRetrys")]
    [InlineData("Postgres:Retry:MaxRetrys", "3", "MaxRetrys")]
    [InlineData("Postgres:CircuitBreaker:Enable", "false", "Enable")]
    [InlineData("Postgres:Hedging:After", "1", "After")]
    [InlineData("Postgres:Monitoring:Interval", "00:00:01", "Interval")]
    [InlineData("Postgres:Endpoints:0:Wieght", "3", "Wieght")]
    [InlineData("Postgres:Mode", "Sideways", "Sideways")]
    [InlineData("Postgres:Retry:MaxRetries", "many", "many")]
    public void Section_UnknownKeyOrBadValue_FailsAtStart(string key, string value, string said)
    {
        var section = Section(new() { ["Postgres:ConnectionString"] = Text, ["Postgres:Endpoints:0:Host"] = "pg-b", [key] = value });
        using var provider = new ServiceCollection().AddResilientPostgres(section).Services.BuildServiceProvider();
        var refused = Record.Exception(() => provider.GetRequiredService<ResilientDataSource>());
        Assert.NotNull(refused);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.NotNull(Record.Exception(() => provider.GetRequiredService<IStartupValidator>().Validate()));
    }

    [Fact]
    public async Task Host_BadOptions_DoesNotStart()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddResilientPostgres(static o => { o.ConnectionString = Text; o.Retry.MaxRetries = -1; });
        using var host = builder.Build();
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Retry:MaxRetries", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>With two clusters nobody would know whose value it is.</summary>
    [Fact]
    public void EachFailure_BeginsWithTheClusterAndItsSection()
    {
        var services = new ServiceCollection();
        services.AddResilientPostgres("orders", Section(new() { ["Postgres:ConnectionString"] = Text, ["Postgres:Retry:MaxRetries"] = "-1", ["Postgres:Mode"] = "Ful" }))
            .UsePasswordProvider(static (_, _) => new ValueTask<string>("x"));
        services.AddResilientPostgres("reports", static o => { o.ConnectionString = Text; o.Retry.MaxRetries = -1; });
        services.AddResilientPostgres("none", new ConfigurationBuilder().Build().GetSection("Clusters:Nnoe"));
        using var provider = services.BuildServiceProvider();

        Assert.All(Failures("orders", 3), static f => Assert.StartsWith("Cluster 'orders' (section Postgres): ", f, StringComparison.Ordinal));
        Assert.All(Failures("reports", 1), static f => Assert.StartsWith("Cluster 'reports': Retry:MaxRetries is -1", f, StringComparison.Ordinal));
        Assert.All(Failures("none", 1), static f => Assert.StartsWith("Cluster 'none' (section Clusters:Nnoe): there is nothing in the section Clusters:Nnoe", f, StringComparison.Ordinal));

        string[] Failures(string name, int count)
        {
            var refused = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredKeyedService<ResilientDataSource>(name));
            Assert.Equal(count, refused.Failures.Count());
            return [.. refused.Failures];
        }
    }

    [Fact]
    public async Task Clock_ComesFromTheContainer()
    {
        var time = new FakeTimeProvider();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time);
        services.AddResilientPostgres(Text);
        await using var provider = services.BuildServiceProvider();
        Assert.Same(time, provider.GetRequiredService<ResilientDataSource>().Cluster.Clock.Time);
    }

    [Fact]
    public async Task Dispose_Twice_BothWays()
    {
        var provider = new ServiceCollection().AddResilientPostgres(Text).Services.BuildServiceProvider();
        var db = provider.GetRequiredService<ResilientDataSource>();
        await db.DisposeAsync();
        await db.DisposeAsync();
#pragma warning disable xUnit1031 // Disposing synchronously is what is tested.
        db.Dispose();
#pragma warning restore xUnit1031
        await provider.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => db.OpenConnectionAsync(TestContext.Current.CancellationToken).AsTask());
    }

    [Fact]
    public void Dispose_Container_DisposesTheDataSource()
    {
        var provider = new ServiceCollection().AddResilientPostgres(Text).Services.BuildServiceProvider();
        var db = provider.GetRequiredService<ResilientDataSource>();
        provider.Dispose();
        Assert.True(db.Cluster.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => db.Explain());
    }

    static IConfigurationSection Section(Dictionary<string, string?> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("Postgres");
}
