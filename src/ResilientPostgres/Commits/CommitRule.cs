using ResilientPostgres.Topology;

namespace ResilientPostgres.Commits;

/// <summary>
/// Proof and facts in, outcome out. Pure. L is the end of the transaction's log record, E the end of the recovery from which the writer came:
/// L beyond E means that the transaction is not part of this history; L within E means that its id can't have been given out again,
/// so that what the server says about the id is true of the transaction.
/// </summary>
static class CommitRule
{
    /// <summary>A gap in the watch that is too short for a server to come up, be written to, and crash again.</summary>
    static readonly TimeSpan _shortGap = TimeSpan.FromSeconds(1);

    public static CommitJudgement Decide(CommitProof proof, in CommitFacts facts, IncarnationHistory history)
    {
        var server = facts.Server;
        if (server.InRecovery || server.Timeline is not { } timeline)
        {
            return Open("the server asked is in recovery");
        }

        if (server.SystemIdentifier != proof.SystemIdentifier)
        {
            return Unknown("another cluster has taken its place");
        }

        if (timeline < proof.Timeline)
        {
            return Unknown($"the writer is on timeline {timeline}, below the transaction's {proof.Timeline}");
        }

        var isSameLife = timeline == proof.Timeline && server.StartedAt == proof.StartedAt && server.StatsReset == proof.StatsReset;
        return isSameLife ? InSameLife(facts.Status) : AfterRecovery(proof, facts, timeline, history);
    }

    static CommitJudgement InSameLife(TransactionStatus status) => status switch
    {
        TransactionStatus.InProgress => Open("it is still in progress"),
        TransactionStatus.Committed => Committed("the server has not been down since, and says so"),
        TransactionStatus.Aborted => NotCommitted("the server has not been down since, and says so"),
        _ => Unknown($"the server says {status} of an id that it gave out itself"),
    };

    static CommitJudgement AfterRecovery(CommitProof proof, in CommitFacts facts, uint timeline, IncarnationHistory history)
    {
        // Whoever bears the id now: a transaction cut off by a recovery is not in progress, and a committed one does not become aborted.
        if (facts.Status is not (TransactionStatus.Committed or TransactionStatus.TooOld))
        {
            return NotCommitted($"after a recovery the server says {facts.Status}");
        }

        // Recoveries end further and further on, so a record beyond the last one's end is beyond all of them.
        if (facts.Server.RecoveryEnd is { } end && proof.Lsn > end)
        {
            return NotCommitted($"its log record ends at {proof.Lsn}, beyond {end}, where the recovery ended");
        }

        if (facts.Status == TransactionStatus.TooOld)
        {
            return Unknown("it is too long ago for the server to tell");
        }

        return timeline == proof.Timeline ? AfterCrash(proof, facts.Server, history) : AfterPromotion(proof, facts.Server, timeline, history);
    }

    /// <summary>The same timeline: the server itself crashed or was restarted, perhaps more than once.</summary>
    static CommitJudgement AfterCrash(CommitProof proof, in ServerFacts server, IncarnationHistory history)
    {
        if (server.StatsReset == proof.StatsReset)
        {
            return Committed("the server was only restarted in order, which loses nothing, and says so");
        }

        if (IsOnDisk(proof, history))
        {
            return Committed("its log record was on disk before the crash, so its id was not given out again, and the server says so");
        }

        var lives = LivesSince(proof, history);
        if (lives is not [var only] || !only.Is(server))
        {
            return Unknown("there was more than one recovery since, and its log record may not have outlived the first");
        }

        // A clean start shows no end of recovery; then a crash may have come before it.
        return server.RecoveryEnd is not null && only.Unwatched <= _shortGap
            ? Committed($"its log record ends at {proof.Lsn}, within the recovery that ended at {server.RecoveryEnd}, and the server says so")
            : Unknown("nobody saw whether there was one recovery since, or more");
    }

    static CommitJudgement AfterPromotion(CommitProof proof, in ServerFacts server, uint timeline, IncarnationHistory history)
    {
        // Each timeline on the way must be known by the life in which it was opened; a crash later hides where it was opened.
        for (var step = proof.Timeline + 1; step <= timeline; step++)
        {
            if (history.Lives.Find(l => l.Timeline == step && l.WasInRecovery && l.SystemIdentifier == proof.SystemIdentifier) is not { RecoveryEnd: { } opened })
            {
                return Unknown($"nobody saw where timeline {step} begins");
            }

            if (proof.Lsn > opened)
            {
                return NotCommitted($"its log record ends at {proof.Lsn}, beyond {opened}, where timeline {step} begins");
            }
        }

        // A crash of the old primary before that may have lost the record and given its place to others.
        var isUntouched = LivesSince(proof, history).TrueForAll(l => l.Timeline != proof.Timeline);
        return isUntouched || IsOnDisk(proof, history)
            ? Committed($"its log record ends at {proof.Lsn}, within what timeline {timeline} goes on from, and the server says so")
            : Unknown("the old primary crashed before the promotion, and its log record may not have outlived that");
    }

    static bool IsOnDisk(CommitProof proof, IncarnationHistory history) =>
        history.Lives.Exists(l => IsOf(l, proof) && l.Flushed >= proof.Lsn);

    /// <summary>The lives of the transaction's own server that were seen after the one it ran in, and those of others on its timeline.</summary>
    static List<Incarnation> LivesSince(CommitProof proof, IncarnationHistory history)
    {
        var own = history.Lives.FindLastIndex(l => IsOf(l, proof));
        var since = new List<Incarnation>();
        for (var i = own + 1; i < history.Lives.Count; i++)
        {
            var life = history.Lives[i];
            if (life.SystemIdentifier == proof.SystemIdentifier && life.Timeline == proof.Timeline && !since.Exists(l => IsSame(l, life)))
            {
                since.Add(life);
            }
        }

        return since;
    }

    static bool IsOf(Incarnation life, CommitProof proof) =>
        life.SystemIdentifier == proof.SystemIdentifier && life.StartedAt == proof.StartedAt && life.StatsReset == proof.StatsReset;

    /// <summary>One server under two names is one life.</summary>
    static bool IsSame(Incarnation a, Incarnation b) => a.StartedAt == b.StartedAt && a.StatsReset == b.StatsReset;

    static CommitJudgement Open(string reason) => new(null, reason);

    static CommitJudgement Committed(string reason) => new(CommitOutcome.Committed, reason);

    static CommitJudgement NotCommitted(string reason) => new(CommitOutcome.NotCommitted, reason);

    static CommitJudgement Unknown(string reason) => new(CommitOutcome.Unknown, reason);
}
