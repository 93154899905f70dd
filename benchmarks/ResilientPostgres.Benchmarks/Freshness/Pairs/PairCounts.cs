using System.Collections.Concurrent;
using System.Diagnostics;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>What all sessions have seen.</summary>
sealed class PairCounts
{
    int _pairs;
    int _stale;
    int _reads;
    int _standbyReads;
    int _errors;
    int _stray;
    long _settledAt;

    /// <summary>Writes that were acknowledged and then read.</summary>
    public int Pairs => _pairs;

    /// <summary>Reads that did not show what they had to.</summary>
    public int Stale => _stale;

    public int Errors => _errors;

    /// <summary>The primary is being replaced: until that is over, a standby that was chosen may be one no longer when it answers.</summary>
    public void BeginChange() => Volatile.Write(ref _settledAt, long.MaxValue);

    public void EndChange() => Volatile.Write(ref _settledAt, Stopwatch.GetTimestamp());

    /// <summary>Reads on the primary that were for standbys alone.</summary>
    public int Stray => _stray;

    public double StandbyShare => _reads == 0 ? 0 : (double)_standbyReads / _reads;

    /// <summary>Stale reads and errors by their kind, for whoever has to look for the cause.</summary>
    public ConcurrentDictionary<string, int> Reasons { get; } = new();

    /// <summary>Reads with something to see.</summary>
    /// <param name="request">The read, or both.</param>
    /// <param name="answer">Its answer.</param>
    /// <param name="written">What it had to see.</param>
    /// <param name="how">How that was written, if not by the same request.</param>
    /// <param name="isFirst">Whether it makes a pair: the first read after its write.</param>
    public void Read(WorkerRequest request, WorkerAnswer answer, long written, WriteKind how, bool isFirst)
    {
        if (isFirst)
        {
            Interlocked.Increment(ref _pairs);
        }

        foreach (var read in answer.Reads)
        {
            Interlocked.Increment(ref _reads);
            if (read is { Kind: ReadKind.Standby or ReadKind.StandbySync, IsStandby: false } && read.BeganAt > Volatile.Read(ref _settledAt))
            {
                Interlocked.Increment(ref _stray);
                Note($"stray: {read.Kind} on the primary");
            }

            if (read.IsStandby)
            {
                Interlocked.Increment(ref _standbyReads);
            }

            if (read.Value < written)
            {
                Interlocked.Increment(ref _stale);
                Note($"stale: {request.Act}{(request.IsScoped ? " in a scope" : "")}, written by {how}, read by {read.Kind} on a {(read.IsStandby ? "standby" : "primary")}");
            }
        }
    }

    /// <summary>Less was read than before.</summary>
    /// <param name="isEarly">The write that was seen before had not been acknowledged yet when the later read began.</param>
    /// <param name="what">For whoever has to look for the cause.</param>
    public void StepBack(bool isEarly, string what)
    {
        StepsBack++;
        EarlyStepsBack += isEarly ? 1 : 0;
        Note(what);
    }

    /// <summary>How often less was read than before.</summary>
    public int StepsBack { get; private set; }

    /// <summary>
    /// How often of these the write had not been acknowledged yet: a standby shows a commit as soon as it has replayed it, and the primary only once it has stopped waiting, for other servers for one.
    /// </summary>
    public int EarlyStepsBack { get; private set; }

    public void Error(WorkerAnswer answer)
    {
        Interlocked.Increment(ref _errors);
        Note(answer.Error!.Length > 200 ? answer.Error[..200] + "…" : answer.Error);
    }

    void Note(string reason) => Reasons.AddOrUpdate(reason, 1, static (_, count) => count + 1);
}
