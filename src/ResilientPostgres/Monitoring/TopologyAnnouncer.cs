using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace ResilientPostgres.Monitoring;

/// <summary>Tells the log and the watchers what happened, in order and off the path that observed it.</summary>
sealed class TopologyAnnouncer(TopologyStore store, ILogger logger)
{
    // A watcher that does not read loses the oldest events, not our memory.
    const int Backlog = 1024;

    readonly Lock _gate = new();
    readonly List<Channel<TopologyEvent>> _watchers = [];
    bool _isOver;

    public Task RunAsync() => Task.Run(async () =>
    {
        await foreach (var events in store.Events.ReadAllAsync().ConfigureAwait(false))
        {
            foreach (var happened in events)
            {
                Write(happened);
                Broadcast(happened);
            }
        }

        End();
    });

    public Channel<TopologyEvent> Subscribe()
    {
        var channel = Channel.CreateBounded<TopologyEvent>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_gate)
        {
            if (_isOver)
            {
                channel.Writer.TryComplete();
            }
            else
            {
                _watchers.Add(channel);
            }
        }

        return channel;
    }

    public void Unsubscribe(Channel<TopologyEvent> channel)
    {
        lock (_gate)
        {
            _watchers.Remove(channel);
        }
    }

    void Broadcast(TopologyEvent happened)
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(happened);
            }
        }
    }

    void End()
    {
        lock (_gate)
        {
            _isOver = true;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryComplete();
            }
        }
    }

    void Write(TopologyEvent happened)
    {
        switch (happened.Kind)
        {
            case TopologyEventKind.PrimaryChanged:
                logger.PrimaryChanged(happened.Message);
                break;
            case TopologyEventKind.PrimaryLost:
                logger.PrimaryLost(happened.Message);
                break;
            case TopologyEventKind.PrimaryConfirmed:
                logger.PrimaryConfirmed(happened.Message);
                break;
            case TopologyEventKind.SplitBrain:
                logger.SplitBrain(happened.Message);
                break;
            case TopologyEventKind.SplitBrainEnded:
                logger.SplitBrainEnded(happened.Message);
                break;
            case TopologyEventKind.ClusterReplaced:
                logger.ClusterReplaced(happened.Message);
                break;
            case TopologyEventKind.EndpointStatusChanged when IsExcluded(happened):
                logger.EndpointExcluded(happened.Message);
                break;
            default:
                logger.EndpointChanged(happened.Message);
                break;
        }
    }

    /// <summary>It will not mend itself: somebody has to look.</summary>
    static bool IsExcluded(TopologyEvent happened) =>
        happened.Snapshot.Endpoints.FirstOrDefault(e => e.Endpoint.Equals(happened.Endpoint))
            is { Status: EndpointStatus.Foreign or EndpointStatus.Misconfigured or EndpointStatus.Fenced or EndpointStatus.Diverged }
            or { Status: EndpointStatus.Detached, Endpoint.IsBackend: false }; // Behind its pooler the primary is where it belongs.
}
