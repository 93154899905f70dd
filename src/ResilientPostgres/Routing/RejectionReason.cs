namespace ResilientPostgres;

/// <summary>Why an endpoint was not chosen.</summary>
public enum RejectionReason
{
    /// <summary>It was not rejected: it was chosen, or it lost by load against the chosen one.</summary>
    None,

    /// <summary>Its <see cref="EndpointSnapshot.Status"/> keeps it out.</summary>
    NotAvailable,

    /// <summary>It is a standby and the primary was asked for.</summary>
    NotPrimary,

    /// <summary>It is not a standby and a standby was asked for.</summary>
    NotStandby,

    /// <summary>It is more than the allowed lag behind the primary, or nothing is proven about its lag.</summary>
    TooStale,

    /// <summary>It has not provably replayed what the caller has written, has read before, or carries a token of.</summary>
    NotCaughtUp,

    /// <summary>The attempt before failed there, and another one will do.</summary>
    JustFailed,

    /// <summary>Its weight is 0, and another one will do.</summary>
    ZeroWeight,

    /// <summary>Too many of its calls failed lately; its circuit breaker keeps it out for a while.</summary>
    CircuitOpen,

    /// <summary>It accepts writes, but the cluster has no confirmed primary.</summary>
    NotConfirmed,

    /// <summary>It has not the label that a rule or the affinity asks for, and another one that has will do.</summary>
    OtherLabel,

    /// <summary>Its probes take longer than those of the chosen one by more than the options allow while a near one will do.</summary>
    TooFar,
}
