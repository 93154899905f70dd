using FailoverDemo.Workload;
using ResilientPostgres;
using ResilientPostgres.Testing;

namespace FailoverDemo.Scenario;

/// <summary>What the phases work with.</summary>
sealed class Stage(PostgresCluster cluster, ResilientDataSource db, ServerNames names, Scoreboard scores, Timeline timeline, DemoOptions options)
{
    static readonly TimeSpan _pollInterval = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public PostgresCluster Cluster => cluster;

    public PhaseScore Score => scores.Current!;

    public void Begin(string name, string description)
    {
        scores.Begin(name);
        timeline.Add(TimelineSource.Phase, description);
    }

    /// <summary>Says what the demo did.</summary>
    public void Tell(string text) => timeline.Add(TimelineSource.Fault, text);

    /// <summary>Lets the application work for the length of a phase. Only the last part shows where reads go once things have settled.</summary>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(options.PhaseLength * 0.6, cancellationToken);
        Score.IsSettled = true;
        await Task.Delay(options.PhaseLength * 0.4, cancellationToken);
        Score.IsSettled = false;
    }

    /// <summary>Waits until the library knows every server and lets all standbys serve.</summary>
    public async Task WaitUntilAllServeAsync(CancellationToken cancellationToken)
    {
        var began = DemoClock.Now;
        while (!db.Topology.Current.Endpoints.All(Serves))
        {
            if (DemoClock.Now - began > _patience)
            {
                throw new PostgresServerException($"Not all servers were in use within {_patience}.", names.Rename(db.Topology.ToString()));
            }

            await Task.Delay(_pollInterval, cancellationToken);
        }
    }

    bool Serves(EndpointSnapshot endpoint) =>
        endpoint is { Status: EndpointStatus.Available, Role: not EndpointRole.Unknown }
        && (endpoint.Role == EndpointRole.Primary || db.Topology.ReplicationLag(endpoint.Endpoint) < DemoOptions.MaxReplicationLag);
}
