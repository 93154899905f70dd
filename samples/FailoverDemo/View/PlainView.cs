using System.Globalization;
using FailoverDemo.Workload;

namespace FailoverDemo.View;

/// <summary>Lines with the time before each, for logs and pipes: what happens as it happens, the state of things every second.</summary>
sealed class PlainView(Dashboard dashboard, Timeline timeline, Scoreboard scores) : IView
{
    static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan _statusInterval = TimeSpan.FromSeconds(1);

    int _told;
    TimeSpan _lastStatus;

    public async Task ShowWhileAsync(Task play)
    {
        Console.WriteLine($"{Words.Moment(DemoClock.Now)}  The servers are running");
        while (!play.IsCompleted)
        {
            await Task.WhenAny(play, Task.Delay(_interval));
            TellEvents();
            TellStatus();
        }

        TellEvents();
    }

    void TellEvents()
    {
        foreach (var entry in timeline.From(_told))
        {
            _told++;
            var text = entry.Source switch
            {
                TimelineSource.Phase => $"== {entry.Text} ==",
                TimelineSource.Fault => $"-> {entry.Text}",
                TimelineSource.Failure => $"!! {entry.Text}",
                _ => $"   {entry.Text}",
            };
            Console.WriteLine($"{Words.Moment(entry.At)}  {text}");
        }
    }

    void TellStatus()
    {
        if (DemoClock.Now - _lastStatus < _statusInterval || scores.Current is null)
        {
            return;
        }

        _lastStatus = DemoClock.Now;
        var state = dashboard.Look();
        var servers = state.Servers.Select(static server =>
            $"{server.Name} {Words.RoleOf(server.Seen)}, timeline {server.Seen.Timeline}{(server.Lag is { } lag ? $", lag {Words.Of(lag)}" : "")}, in flight {server.Seen.InFlight}, {Words.Share(server.ReadShare)} of reads");
        var rates = string.Create(CultureInfo.InvariantCulture, $"{state.WritesPerSecond:F0} writes/s, {state.ReadsPerSecond:F0} reads/s");
        Console.WriteLine($"{Words.Moment(_lastStatus)}  {rates} | {string.Join(" | ", servers)}");
    }
}
