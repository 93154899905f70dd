using FailoverDemo.Checks;
using FailoverDemo.Report;
using FailoverDemo.Scenario;
using FailoverDemo.View;
using FailoverDemo.Workload;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ResilientPostgres.Testing;

namespace FailoverDemo;

/// <summary>The application as its author would write it: the library is one line, all defaults; the rest is the demo's own.</summary>
static class Application
{
    public static IHost Build(DemoOptions options, PostgresCluster cluster)
    {
        // Without the defaults nothing logs to the console, where the view is drawn.
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddResilientPostgres(cluster.ConnectionString);

        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(_ => cluster);
        builder.Services.AddSingleton<ServerNames>();
        builder.Services.AddSingleton<Timeline>();
        builder.Services.AddSingleton<Ledger>();
        builder.Services.AddSingleton<Scoreboard>();
        builder.Services.AddSingleton<Schema>();
        builder.Services.AddSingleton<Load>();
        builder.Services.AddSingleton<Stage>();
        builder.Services.AddSingleton<Script>();
        builder.Services.AddSingleton<Verifier>();
        builder.Services.AddSingleton<Summary>();
        builder.Services.AddSingleton<JsonReport>();
        builder.Services.AddSingleton<Dashboard>();
        builder.Services.AddSingleton<RepeatCounter>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<RepeatCounter>());
        builder.Services.AddHostedService<TopologyReporter>();
        if (LiveView.IsPossible)
        {
            builder.Services.AddSingleton<IView, LiveView>();
        }
        else
        {
            builder.Services.AddSingleton<IView, PlainView>();
        }

        return builder.Build();
    }
}
