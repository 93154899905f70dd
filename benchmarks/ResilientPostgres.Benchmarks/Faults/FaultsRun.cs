using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Faults;

/// <summary>Every kind of trouble, each on servers of its own.</summary>
static class FaultsRun
{
    public static async Task RunAsync(Report report, string? only)
    {
        var figures = new Dictionary<string, double>();
        var duplicates = 0L;
        async Task Do(string name, Func<Task> scenario)
        {
            if (only is null || only == name)
            {
                await scenario();
            }
        }

        await Do("table", () =>
        {
            figures["sqlStates"] = File.ReadLines(Path.Combine("tests", "specs", "faults", "sqlstates.txt")).Select(static l => l.Split(' ', '\t')[0]).Where(static c => c.Length == 5).Distinct().Count();
            return Task.CompletedTask;
        });
        await Do("frozen", async () =>
        {
            var byProxy = await FrozenRun.RunAsync(byProxy: true);
            var bySignal = await FrozenRun.RunAsync(byProxy: false);
            var npgsql = await FrozenNpgsqlRun.RunAsync();
            figures["frozenReleasedMsMax"] = Math.Max(byProxy.ReleasedMs, bySignal.ReleasedMs);
            figures["frozenReleasedMsMaxNpgsql"] = npgsql.ReleasedMs;
            figures["frozenWritePauseMs"] = Math.Max(byProxy.WritePauseMs, bySignal.WritePauseMs);
            figures["frozenWritePauseMsNpgsql"] = npgsql.WritePauseMs;
            duplicates += byProxy.Duplicated + bySignal.Duplicated;
        });
        await Do("deadline", async () =>
        {
            (figures["deadlineOvershootMsMax"], figures["thawServeMs"], figures["orphansLeft"]) = await DeadlineRun.RunAsync();
        });
        await Do("terminate", async () =>
        {
            (figures["busySessionsFinished"], figures["endpointsWronglyDown"], var duplicated) = await TerminateRun.RunAsync();
            duplicates += duplicated;
        });
        await Do("brownout", async () =>
        {
            var reads = await BrownoutRun.RunAsync(ofPrimary: false);
            var writes = await BrownoutRun.RunAsync(ofPrimary: true);
            figures["attemptsPerCall"] = Math.Max(reads.AttemptsPerCall, writes.AttemptsPerCall);
            figures["goodputRecoveryMs"] = Math.Max(reads.RecoveryMs, writes.RecoveryMs);
            duplicates += reads.Duplicated + writes.Duplicated;
        });
        await Do("hedging", async () =>
        {
            (figures["hedgedP99Ms"], figures["unhedgedP99Ms"], figures["hedgedExtraLoad"]) = await HedgingRun.RunAsync();
        });
        figures["duplicatedWrites"] = duplicates;

        report.Write("# Faults\n");
        var table = new Table("what", "figure");
        foreach (var (name, value) in figures)
        {
            table.Add(name, Report.Number(value, 3));
        }

        report.Write(table);
        report.Finish(figures);
    }
}
