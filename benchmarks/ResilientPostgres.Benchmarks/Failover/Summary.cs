using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Testing;
using static ResilientPostgres.Benchmarks.Reporting.Report;

namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>Tables and figures of a run.</summary>
sealed class Summary(Report report)
{
    readonly Table _pauses = new("change", "client", "rounds", "pause p50 ms", "p95 ms", "max ms", "writes", "failed writes", "failed reads");
    readonly Table _steps = new("change", "rounds", "promotion ms", "promoted at", "given up at", "confirmed at", "session at", "first write at", "promoted to write");
    readonly Dictionary<string, double> _figures = [];
    readonly List<string> _notes = [];

    public async Task BeginAsync(PostgresCluster cluster) => report.Write(
        "# failover: how long writes pause\n\n" + await Machine.DescribeAsync(cluster)
        + $" A primary and two standbys; {Load.Writers} writers and {Load.Readers} readers a client, paced; both clients under the same kill. "
        + "A pause is the time from right before the SIGKILL (or the order to switch) to the first write that the new primary acknowledges.\n");

    public void Kills(IReadOnlyList<Load> loads, IReadOnlyList<Round> rounds)
    {
        Add("SIGKILL, asynchronous", loads, rounds);
        _figures["killPauseMsP50"] = Sample.Median(rounds.Select(static r => r.Pause[0]));
        _figures["killPauseMsP95"] = Sample.Percentile(rounds.Select(static r => r.Pause[0]), 0.95);
        _figures["promoteMsP50"] = Sample.Median(rounds.Select(static r => r.Promotion));
        _figures["npgsqlKillPauseMsP50"] = Sample.Median(rounds.Select(static r => r.Pause[1]));
        _figures["npgsqlFailedWrites"] = rounds.Sum(static r => r.Counts[1].FailedWrites);
        _figures["failedWrites"] = rounds.Sum(static r => r.Counts[0].FailedWrites);
        _figures["failedReads"] = rounds.Sum(static r => r.Counts[0].FailedReads);
    }

    public void Switchovers(IReadOnlyList<Load> loads, IReadOnlyList<Round> rounds)
    {
        Add("switchover", loads, rounds);
        _figures["switchoverPauseMsP50"] = Sample.Median(rounds.Select(static r => r.Pause[0]));
        _figures["switchoverFailedWrites"] = rounds.Sum(static r => r.Counts[0].FailedWrites);
        _figures["failedReads"] += rounds.Sum(static r => r.Counts[0].FailedReads);
    }

    public void SynchronousKills(IReadOnlyList<Load> loads, IReadOnlyList<Round> rounds, (long Lost, long Duplicated) ledger)
    {
        Add("SIGKILL, synchronous", loads, rounds);
        _figures["syncKillPauseMsP50"] = Sample.Median(rounds.Select(static r => r.Pause[0]));
        _figures["failedWrites"] += rounds.Sum(static r => r.Counts[0].FailedWrites);
        _figures["failedReads"] += rounds.Sum(static r => r.Counts[0].FailedReads);
        _figures["lostWrites"] = ledger.Lost;
        _figures["duplicatedWrites"] = ledger.Duplicated;
        var counts = loads[0].Counts;
        _notes.Add($"Synchronous: of {counts.Writes} acknowledged writes {ledger.Lost} lost, {ledger.Duplicated} doubled; "
            + $"{counts.UnknownWrites} writes declared not repeatable ended with an unknown outcome, as they must.");
    }

    public void Waiters(IReadOnlyList<double> resumes)
    {
        _figures["waiters100ResumeMs"] = Sample.Median(resumes);
        _notes.Add($"{WaitersRun.Writers} writers waiting on a thread pool of one thread a core: all resumed within "
            + string.Join(", ", resumes.Select(static r => Number(r, 0))) + " ms of the new primary's confirmation (one figure a failover).");
    }

    /// <summary>What failed, most frequent first.</summary>
    public void Errors(IReadOnlyList<Load> loads)
    {
        foreach (var load in loads)
        {
            foreach (var (error, count) in load.Errors.OrderByDescending(static e => e.Value).Take(5))
            {
                Progress($"{load.Client.Name}: {count} x {error}");
            }
        }
    }

    public void Finish()
    {
        report.Write(_pauses);
        report.Write("Where the time goes, medians in milliseconds since the beginning of the change:\n");
        report.Write(_steps);
        foreach (var note in _notes)
        {
            report.Write("- " + note);
        }

        report.Finish(_figures);
    }

    void Add(string change, IReadOnlyList<Load> loads, IReadOnlyList<Round> rounds)
    {
        for (var i = 0; i < loads.Count; i++)
        {
            var client = i;
            var pauses = rounds.Select(r => r.Pause[client]).ToArray();
            var counts = rounds.Select(r => r.Counts[client]).ToArray();
            _pauses.Add(
                change, loads[i].Client.Name, rounds.Count.ToString(), Number(Sample.Median(pauses), 0), Number(Sample.Percentile(pauses, 0.95), 0),
                Number(pauses.Max(), 0), counts.Sum(static c => c.Writes).ToString(), counts.Sum(static c => c.FailedWrites).ToString(),
                counts.Sum(static c => c.FailedReads).ToString());
        }

        string Median(Func<Round, double> value) => Number(Sample.Median(rounds.Select(value).Where(double.IsFinite)), 0);
        _steps.Add(
            change, rounds.Count.ToString(), Median(static r => r.Promotion), Median(static r => r.Promoted), Median(static r => r.Lost),
            Median(static r => r.Confirmed), Median(static r => r.Begun), Median(static r => r.Pause[0]), Median(static r => r.Pause[0] - r.Promoted));
    }
}
