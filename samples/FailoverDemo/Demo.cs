using FailoverDemo.Checks;
using FailoverDemo.Report;
using FailoverDemo.Scenario;
using FailoverDemo.View;
using FailoverDemo.Workload;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ResilientPostgres.Testing;

namespace FailoverDemo;

/// <summary>The demo from end to end: a cluster, an application on it, faults, a check, a report.</summary>
static class Demo
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { SynchronousReplication = !options.IsAsynchronous },
            cancellationToken);
        using var host = Application.Build(options, cluster);
        await host.StartAsync(cancellationToken);
        try
        {
            var services = host.Services;
            var play = PlayAsync(services, cancellationToken);
            await services.GetRequiredService<IView>().ShowWhileAsync(play);
            var verdict = await play;
            services.GetRequiredService<Summary>().Write(verdict);
            if (options.IsJson)
            {
                Console.WriteLine(services.GetRequiredService<JsonReport>().Write(verdict));
            }

            return verdict.IsSound ? 0 : 1;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    static async Task<Verdict> PlayAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<Schema>().CreateAsync(cancellationToken);
        await using (var load = services.GetRequiredService<Load>())
        {
            load.Start(cancellationToken);
            await services.GetRequiredService<Script>().PlayAsync(cancellationToken);
        }

        return await services.GetRequiredService<Verifier>().VerifyAsync(cancellationToken);
    }
}
