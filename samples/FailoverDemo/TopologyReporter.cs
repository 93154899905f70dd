using Microsoft.Extensions.Hosting;
using ResilientPostgres;

namespace FailoverDemo;

/// <summary>Writes what the library sees of the cluster into the timeline.</summary>
sealed class TopologyReporter(ResilientDataSource db, ServerNames names, Timeline timeline) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var happened in db.Topology.WatchAsync(stoppingToken))
        {
            timeline.Add(TimelineSource.Library, names.Rename(happened.Message));
        }
    }
}
