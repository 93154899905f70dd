using FailoverDemo.Workload;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FailoverDemo.View;

/// <summary>A picture on a terminal, redrawn a few times a second.</summary>
sealed class LiveView(Dashboard dashboard, Timeline timeline, Ledger ledger, Scoreboard scores, RepeatCounter repeats) : IView
{
    /// <summary>Lines taken by all that is above the timeline.</summary>
    const int LinesAbove = 17;
    const int FewestEntries = 3;

    static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(200);

    public static bool IsPossible =>
        !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities is { Interactive: true, Ansi: true };

    public async Task ShowWhileAsync(Task play)
    {
        await AnsiConsole.Live(Draw()).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            while (!play.IsCompleted)
            {
                await Task.WhenAny(play, Task.Delay(_interval));
                live.UpdateTarget(Draw());
            }
        });
    }

    Rows Draw()
    {
        var state = dashboard.Look();
        return new Rows(
            new Rule($"[bold]ResilientPostgres[/]  {Words.Moment(DemoClock.Now).Trim()}").LeftJustified(),
            ServerTable.Draw(state.Servers),
            Operations(state),
            new Panel(Events()).Header("What happened").Expand());
    }

    Table Operations(DashboardState state)
    {
        var phase = scores.Current;
        return new Table().Border(TableBorder.Rounded).Expand()
            .AddColumns("Writes/s", "Reads/s", "Acknowledged", "Write pause", "Repeated", "Failed")
            .AddRow(
                $"[green]{state.WritesPerSecond:F0}[/]",
                $"[green]{state.ReadsPerSecond:F0}[/]",
                $"{ledger.AcknowledgedCount}",
                phase is null ? "" : Words.Of(phase.WritePause.Longest),
                $"{repeats.Count}",
                Bad(scores.FailedWrites + scores.FailedReads));
    }

    IRenderable Events()
    {
        var room = Math.Max(FewestEntries, AnsiConsole.Profile.Height - LinesAbove);
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn());
        foreach (var entry in timeline.Last(room))
        {
            // Longer than the line, an entry would push others out of sight.
            var width = Math.Max(20, AnsiConsole.Profile.Width - 16);
            var text = entry.Text.Length > width ? entry.Text[..(width - 1)] + "…" : entry.Text;
            grid.AddRow(new Text(Words.Moment(entry.At), new Style(Color.Grey)), new Text(text, StyleOf(entry.Source)));
        }

        return grid;
    }

    static string Bad(long count) => count == 0 ? "0" : $"[red]{count}[/]";

    static Style StyleOf(TimelineSource source) => source switch
    {
        TimelineSource.Phase => new Style(Color.White, decoration: Decoration.Bold),
        TimelineSource.Fault => new Style(Color.Yellow),
        TimelineSource.Failure => new Style(Color.Red),
        _ => new Style(Color.Aqua),
    };
}
