using System.Text.Json;
using FailoverDemo.Checks;
using FailoverDemo.Workload;

namespace FailoverDemo.Report;

/// <summary>The result as one line for programs.</summary>
sealed class JsonReport(Scoreboard scores)
{
    public string Write(Verdict verdict) => JsonSerializer.Serialize(
        new
        {
            verdict.AcknowledgedWrites,
            verdict.LostWrites,
            verdict.DuplicatedWrites,
            verdict.UnknownWrites,
            scores.Reads,
            scores.FailedReads,
            verdict.StaleReads,
            Phases = scores.Phases.Select(static phase => new
            {
                phase.Name,
                WritePauseMs = Milliseconds(phase.WritePause.Longest),
                PromotedAfterMs = phase.PromotedAfter is { } span ? Milliseconds(span) : (double?)null,
                phase.FailedReads,
                phase.FailedWrites,
            }),
        },
        JsonSerializerOptions.Web);

    static double Milliseconds(TimeSpan span) => Math.Round(span.TotalMilliseconds, 1);
}
