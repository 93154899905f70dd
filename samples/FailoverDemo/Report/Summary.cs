using FailoverDemo.Checks;
using FailoverDemo.View;
using FailoverDemo.Workload;
using Spectre.Console;

namespace FailoverDemo.Report;

/// <summary>The result for people, on a terminal or not.</summary>
sealed class Summary(DemoOptions options, ServerNames names, Scoreboard scores, RepeatCounter repeats)
{
    const int WidthInFile = 120;

    public void Write(Verdict verdict)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthInFile;
        }

        AnsiConsole.WriteLine();
        AnsiConsole.Write(Phases());
        AnsiConsole.WriteLine("Write pause: the longest time without an acknowledged write. Promoted: after the fault.");
        AnsiConsole.WriteLine("Share of reads: in the last part of the phase, when the fault had taken effect.");
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine($"Acknowledged writes  {verdict.AcknowledgedWrites}");
        Line("  lost               ", verdict.LostWrites);
        Line("  applied twice      ", verdict.DuplicatedWrites);
        Line("Unknown outcomes     ", verdict.UnknownWrites);
        Line("Failed writes        ", scores.FailedWrites);
        AnsiConsole.WriteLine($"Reads                {scores.Reads}");
        Line("  failed             ", scores.FailedReads);
        Line("  stale              ", verdict.StaleReads);
        AnsiConsole.WriteLine($"Calls repeated       {repeats.Count}");
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(Conclusion(verdict));
    }

    Table Phases()
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumns("Phase", "Write pause", "Promoted", "Writes", "Reads", "Failed", "Share of reads " + string.Join(" / ", names.All));
        foreach (var phase in scores.Phases)
        {
            var settled = Math.Max(1, phase.SettledReads.Sum());
            table.AddRow(
                phase.Name,
                Words.Of(phase.WritePause.Longest),
                phase.PromotedAfter is { } span ? Words.Of(span) : "",
                $"{phase.Writes}",
                $"{phase.Reads}",
                $"{phase.FailedReads + phase.FailedWrites}",
                string.Join(" / ", phase.SettledReads.Select(reads => Words.Share((double)reads / settled))));
        }

        return table;
    }

    string Conclusion(Verdict verdict) => verdict switch
    {
        { IsSound: true } => "Every acknowledged write is there, exactly once.",
        { DuplicatedWrites: 0 } when options.IsAsynchronous =>
            "Acknowledged writes were lost: with asynchronous replication what only the killed primary had is gone. No client can help that.",
        _ => "Acknowledged writes were lost or doubled.",
    };

    static void Line(string label, long count) =>
        AnsiConsole.Write(new Text($"{label}{count}\n", count == 0 ? Style.Plain : new Style(Color.Red)));
}
