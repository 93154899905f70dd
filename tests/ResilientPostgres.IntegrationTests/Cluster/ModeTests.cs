using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.Cluster;

public sealed class ModeTests
{
    [Fact]
    public async Task The_switch_to_the_primary_and_back_works_under_load()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var log = new RecordedLog();
        var configuration = new ConfigurationManager { ["Db:ConnectionString"] = cluster.ConnectionString };
        await using var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(log)
            .AddResilientPostgres(configuration.GetSection("Db")).Services
            .BuildServiceProvider();
        var db = await services.GetRequiredService<ResilientDataSource>().ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.ReadsAsync(200);
        Assert.Contains(cluster.Standbys, s => work.ReadsOn(s.Port) > 0);

        configuration["Db:Mode"] = "PrimaryOnly";
        ((IConfigurationRoot)configuration).Reload();
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        var standbys = cluster.Standbys.Sum(s => work.ReadsOn(s.Port));
        await work.ReadsAsync(200);
        Assert.Equal(standbys, cluster.Standbys.Sum(s => work.ReadsOn(s.Port)));
        Assert.Equal(RoutingMode.PrimaryOnly, db.Mode);

        configuration["Db:Mode"] = "Full";
        ((IConfigurationRoot)configuration).Reload();
        await Eventually.TrueAsync(() => cluster.Standbys.Sum(s => work.ReadsOn(s.Port)) > standbys + 20);

        // A bad value is refused with its reason, and all goes on as before.
        configuration["Db:MaxReplicationLag"] = "00:00:00.001";
        Assert.ThrowsAny<Exception>(() => ((IConfigurationRoot)configuration).Reload());
        Assert.Equal(1, log.Count(4003));
        Assert.Equal(RoutingMode.Full, db.Mode);
        await work.AssertCleanAsync();
    }

    [Fact]
    public async Task Observe_moves_nothing_and_counts_what_would_have_moved()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        using var listener = new MeterListener();
        var (moved, worstLag) = (0L, 0.0);
        listener.InstrumentPublished = static (i, l) =>
        {
            if (i.Meter.Name == "ResilientPostgres")
            {
                l.EnableMeasurementEvents(i);
            }
        };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => moved += i.Name.EndsWith("movable_reads", StringComparison.Ordinal) && Has(tags, "observed") ? value : 0);
        listener.SetMeasurementEventCallback<double>((i, value, tags, _) => worstLag = i.Name.EndsWith("observe.lag", StringComparison.Ordinal) && Has(tags, "observed") ? Math.Max(worstLag, value) : worstLag);
        listener.Start();
        await using var db = await Resilient.Over(cluster, configure: static b => (b.Name, b.Options.Mode) = ("observed", RoutingMode.Observe)).ReadyAsync();

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(cluster.Primary.Port, await db.PortAsync());
        }

        Assert.Equal(10, moved);
        Assert.InRange(worstLag, 0.000001, 2);
    }

    [Fact]
    public async Task Endpoints_and_weights_change_while_running()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync();
        var third = cluster.Standbys[1];
        await using var db = await Resilient.Over(Without(cluster.ConnectionString, third.Port)).ReadyAsync();
        await using var work = await Workload.StartAsync(db);
        await work.ReadsAsync(100);
        Assert.Equal(0, work.ReadsOn(third.Port));

        db.Reconfigure(new ResilientPostgresOptions { ConnectionString = cluster.ConnectionString });
        await Eventually.TrueAsync(() => work.ReadsOn(third.Port) > 20, () => db.Topology.ToString());

        db.Reconfigure(new ResilientPostgresOptions { ConnectionString = cluster.ConnectionString, Endpoints = { new EndpointOptions { Host = third.Host, Port = third.Port, Weight = 0 } } });
        await Task.Delay(200, TestContext.Current.CancellationToken);
        var before = work.ReadsOn(third.Port);
        await work.ReadsAsync(200);
        Assert.Equal(before, work.ReadsOn(third.Port));
        await work.AssertCleanAsync();
    }

    static string Without(string connectionString, int port) =>
        connectionString.Replace($",127.0.0.1:{port}", "", StringComparison.Ordinal);

    static bool Has(ReadOnlySpan<KeyValuePair<string, object?>> tags, string cluster)
    {
        foreach (var tag in tags)
        {
            if (tag.Value is string value && value == cluster)
            {
                return true;
            }
        }

        return false;
    }
}
