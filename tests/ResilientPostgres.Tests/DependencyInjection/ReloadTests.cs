using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ResilientPostgres.Tests.DependencyInjection;

public sealed class ReloadTests : IAsyncDisposable
{
    readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Postgres:ConnectionString"] = "Host=pg-a,pg-b",
        ["Postgres:Retry:MaxRetries"] = "1",
    }).Build();

    readonly LogCapture _log = new();
    readonly FakeTimeProvider _time = new();
    readonly ServiceProvider _provider;
    readonly ResilientDataSource _db;

    public ReloadTests()
    {
        var services = new ServiceCollection().AddLogging(b => b.AddProvider(_log));
        services.AddSingleton<TimeProvider>(_time);
        services.AddResilientPostgres(_configuration.GetSection("Postgres"));
        _provider = services.BuildServiceProvider();
        _db = _provider.GetRequiredService<ResilientDataSource>();
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public void Good_Applies()
    {
        Reload(("Retry:MaxRetries", "4"), ("Mode", "PrimaryOnly"));
        Assert.Equal(4, _db.Cluster.Settings.Retry.MaxRetries);
        Assert.Equal(RoutingMode.PrimaryOnly, _db.Mode);
        Assert.Contains(_log.Lines, static l => l.Name == "SettingsReloaded" && l.Message.Contains("PrimaryOnly", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Retry:MaxRetries", "-1")]
    [InlineData("Retry:MaxRetries", "many")]
    [InlineData("Mode", "Sideways")]
    [InlineData("Nonsense", "1")]
    [InlineData("ConnectionString", "Host=pg-a:x")]
    public void Bad_IsRefusedAndLogged_AndTheRunningSettingsStay(string key, string value)
    {
        var running = _db.Cluster.Settings;
        _ = Record.Exception(() => Reload((key, value), ("TotalTimeout", "00:01:00")));
        Assert.Same(running, _db.Cluster.Settings);
        var refused = Assert.Single(_log.Lines, static l => l.Name == "SettingsRefused");
        Assert.Equal(LogLevel.Error, refused.Level);
        Assert.Contains(key == "ConnectionString" ? "pg-a:x" : key, refused.Message, StringComparison.Ordinal);

        if (key == "Nonsense")
        {
            return; // A key can't be taken out of a configuration in memory again.
        }

        // And the next good one is taken.
        Reload((key, key switch { "ConnectionString" => "Host=pg-a,pg-b", "Mode" => "Full", _ => "2" }));
        Assert.Equal(TimeSpan.FromMinutes(1), _db.Cluster.Settings.TotalTimeout);
    }

    /// <summary>The exception would land in whoever reloads the configuration (a file watcher, another library's callback).</summary>
    [Fact]
    public void Bad_IsNotThrownAtWhoeverReloads() => Assert.Null(Record.Exception(() => Reload(("Retry:MaxRetries", "-1"))));

    /// <summary>Or nobody would know why a later change has no effect.</summary>
    [Fact]
    public void Bad_ThatGoesOnBeingRefused_IsSaidAtEachChange_ButNotTwiceAtOne()
    {
        Reload(("Retry:MaxRetries", "-1"));
        Reload(); // The file watcher's second call.
        Assert.Single(_log.Lines, static l => l.Name == "SettingsRefused");

        _time.Advance(TimeSpan.FromSeconds(1));
        Reload(("TotalTimeout", "00:01:00"));
        Assert.Equal(2, _log.Lines.Count(static l => l.Name == "SettingsRefused"));
    }

    [Fact]
    public void Hosts_ChangeWhileRunning()
    {
        Reload(("ConnectionString", "Host=pg-a,pg-c"));
        Assert.Equal(["pg-a", "pg-c"], _db.Topology.Current.Endpoints.Select(static e => e.Endpoint.Host));
        Assert.DoesNotContain(_log.Lines, static l => l.Name == "SettingNeedsRestart");
    }

    [Fact]
    public void Weight_ChangesWhileRunning()
    {
        Reload(("Endpoints:0:Host", "pg-b"), ("Endpoints:0:Weight", "9"));
        Assert.Equal(9, _db.Topology.Current.Endpoints[1].Endpoint.Weight);
    }

    [Fact]
    public void RestOfTheConnectionString_IsSaidToNeedARestart()
    {
        Reload(("ConnectionString", "Host=pg-a,pg-b;Maximum Pool Size=7"), ("Retry:MaxRetries", "2"));
        Assert.Contains(_log.Lines, static l => l.Name == "SettingNeedsRestart" && l.Level == LogLevel.Warning);
        Assert.DoesNotContain("Maximum Pool Size", _db.Cluster.Settings.ConnectionString, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, _db.Cluster.Settings.Retry.MaxRetries);
    }

    [Fact]
    public async Task AfterDisposal_NothingIsHeard()
    {
        await _provider.DisposeAsync();
        var lines = _log.Lines.Count;
        Reload(("Retry:MaxRetries", "4"));
        Assert.Equal(lines, _log.Lines.Count);
    }

    void Reload(params (string Key, string? Value)[] values)
    {
        foreach (var (key, value) in values)
        {
            _configuration[$"Postgres:{key}"] = value;
        }

        _configuration.Reload();
    }
}
