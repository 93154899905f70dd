using System.Collections.Immutable;

namespace FailoverDemo.Workload;

/// <summary>Counts the application's calls, by phase and by server.</summary>
sealed class Scoreboard
{
    const int MessagesShown = 5;

    readonly Timeline _timeline;
    readonly long[] _readsByServer;
    readonly int _servers;
    PhaseScore? _current;
    ImmutableList<PhaseScore> _phases = [];
    int _messages;

    public Scoreboard(ServerNames names, Timeline timeline)
    {
        _timeline = timeline;
        _servers = names.All.Count;
        _readsByServer = new long[_servers];
    }

    /// <summary>The phases so far; only the script adds one.</summary>
    public IReadOnlyList<PhaseScore> Phases => Volatile.Read(ref _phases);

    public PhaseScore? Current => Volatile.Read(ref _current);

    public long Writes => Phases.Sum(static phase => phase.Writes);

    public long Reads => Phases.Sum(static phase => phase.Reads);

    public long FailedReads => Phases.Sum(static phase => (long)phase.FailedReads);

    public long FailedWrites => Phases.Sum(static phase => (long)phase.FailedWrites);

    public PhaseScore Begin(string name)
    {
        Current?.WritePause.Stop();
        var phase = new PhaseScore(name, _servers);
        Volatile.Write(ref _phases, _phases.Add(phase));
        Volatile.Write(ref _current, phase);
        return phase;
    }

    public long ReadsOf(int server) => Volatile.Read(ref _readsByServer[server]);

    public void Read(int server)
    {
        Interlocked.Increment(ref _readsByServer[server]);
        Current?.Read(server);
    }

    public void ReadFailed(Exception exception)
    {
        Current?.ReadFailed();
        Say("A read failed: " + exception.Message);
    }

    public void WriteFailed(Exception exception)
    {
        Current?.WriteFailed();
        Say("A write failed: " + exception.Message);
    }

    /// <summary>A thousand equal messages would push everything else out of sight.</summary>
    public void Say(string failure)
    {
        if (Interlocked.Increment(ref _messages) <= MessagesShown)
        {
            _timeline.Add(TimelineSource.Failure, failure);
        }
    }
}
