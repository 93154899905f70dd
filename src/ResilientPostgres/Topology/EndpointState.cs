using NpgsqlTypes;

namespace ResilientPostgres.Topology;

/// <summary>All that is remembered of one endpoint between observations.</summary>
sealed record EndpointState(Endpoint Endpoint)
{
    public Reach Reach { get; init; }

    /// <summary>Kept when the server falls silent: who it was still matters.</summary>
    public ServerFacts? Facts { get; init; }

    /// <summary>When the newest accepted probe was sent; an older result that arrives late is ignored.</summary>
    public TimeSpan SentAt { get; init; }

    public TimeSpan ReceivedAt { get; init; }

    /// <summary>When the newest probe was sent that found it in recovery: whatever was seen before that was seen before its promotion.</summary>
    public TimeSpan? InRecoveryAt { get; init; }

    /// <summary>Set by a doubt, cleared by a probe sent after it.</summary>
    public TimeSpan? DoubtedAt { get; init; }

    /// <summary>When this server was first seen accepting writes.</summary>
    public TimeSpan? WritableSince { get; init; }

    /// <summary>It was shown to replay a log that is not the primary's; only a restart (a rewind needs one) or a received timeline lifts that.</summary>
    public bool IsDiverged { get; init; }

    /// <summary>It has belonged to the cluster we serve; only such an endpoint can show that the cluster was replaced.</summary>
    public bool WasOwn { get; init; }

    /// <summary>What a provider takes it for.</summary>
    public EndpointRole ListedRole { get; init; }

    /// <summary>When it was first missing from the list; it takes no new work, but for the primary, which stays that as long as it proves to be.</summary>
    public TimeSpan? UnlistedSince { get; init; }

    public int Generation { get; init; } = 1;

    public string? Reason { get; init; }

    public EndpointGauge Gauge { get; init; } = new();

    public bool IsObserved => Reach != Reach.Unknown;

    public bool IsAnswering => Reach == Reach.Answering;

    public bool BelongsTo(long? systemIdentifier) => Facts is { } f && f.SystemIdentifier == systemIdentifier;

    public EndpointState With(Observation.Probed probed)
    {
        if (probed.SentAt < SentAt)
        {
            return this;
        }

        var facts = probed.Facts;
        var restarted = Facts is { } old && !old.IsSameServerAs(facts);
        var cameBack = Reach is Reach.Unreachable or Reach.StartingUp or Reach.Misconfigured;
        var doubtRemains = DoubtedAt > probed.SentAt;
        var stillWritable = !restarted && facts.IsWritable ? WritableSince : null;
        var next = this with
        {
            Reach = doubtRemains && Reach == Reach.Suspected ? Reach.Suspected : Reach.Answering,
            Facts = facts,
            SentAt = probed.SentAt,
            ReceivedAt = probed.ReceivedAt,
            InRecoveryAt = facts.InRecovery ? probed.SentAt : restarted ? null : InRecoveryAt,
            DoubtedAt = doubtRemains ? DoubtedAt : null,
            WritableSince = facts.IsWritable ? stillWritable ?? probed.ReceivedAt : null,
            IsDiverged = IsDiverged && !restarted,
            Reason = doubtRemains ? Reason : null,
        };
        return restarted || cameBack ? next with { Generation = Generation + 1, Gauge = new EndpointGauge() } : next;
    }

    public EndpointState With(Observation.ProbeFailed failed) =>
        failed.SentAt < SentAt
            ? this
            : this with
            {
                Reach = failed.Failure switch
                {
                    ProbeFailure.StartingUp => Reach.StartingUp,
                    ProbeFailure.Misconfigured => Reach.Misconfigured,
                    _ => Reach.Unreachable,
                },
                SentAt = failed.SentAt,
                DoubtedAt = null,
                Reason = failed.Reason,
            };

    /// <summary>A doubt about an earlier generation, or from before the newest answer, says nothing about now.</summary>
    public EndpointState With(Observation.Doubted doubted) =>
        doubted.Generation != Generation || doubted.At < SentAt || Reach is not (Reach.Answering or Reach.Suspected)
            ? this
            : this with
            {
                Reach = doubted.IsEvidence ? Reach.Suspected : Reach,
                DoubtedAt = doubted.At > DoubtedAt || DoubtedAt is null ? doubted.At : DoubtedAt,
                Reason = doubted.Reason,
            };

    public bool ReplayedBeyond(NpgsqlLogSequenceNumber limit) => Facts is { InRecovery: true } f && f.Lsn > limit;
}
