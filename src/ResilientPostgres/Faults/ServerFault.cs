using Npgsql;

namespace ResilientPostgres.Faults;

/// <summary>A server or a pooler answered.</summary>
static class ServerFault
{
    public static Fault Of(PostgresException e, FaultPhase phase, WorkKind work)
    {
        var isLogin = phase is FaultPhase.Acquire or FaultPhase.Open;

        // Anything but a clear ERROR is taken for the worse.
        var severity = e.InvariantSeverity == "ERROR" ? SqlStateScope.Error : SqlStateScope.Fatal;
        if (PoolerMessages.Find(e.SqlState, e.MessageText, severity, isLogin) is { } pooler)
        {
            var said = EffectRule.Of(phase, work, isNeverSent: pooler.IsNeverSent);
            return new Fault(pooler.Kind, said, pooler.Endpoint, pooler.Repeat, pooler.Reason);
        }

        var row = e.InvariantSeverity == "PANIC" ? SqlStateTable.Panic : SqlStateTable.Find(e.SqlState, TextOf(e), severity, isLogin);
        var effect = row.Effect == FaultEffect.Unknown
            ? EffectRule.Unresolved(phase)
            : EffectRule.Of(phase, work, isRefused: severity == SqlStateScope.Error && !IsMaybePooler(e, phase), isNeverSent: row.Effect == FaultEffect.NotApplied);
        return new Fault(row.Kind, effect, row.Endpoint, row.Repeat, row.Reason);
    }

    /// <summary>The server's words are in its own language; of one of them it is worth while to be sure.</summary>
    static string TextOf(PostgresException e) => e.Routine == StalePreparation.Routine ? SqlStateTable.StalePlan : e.MessageText;

    /// <summary>pgpool's own failures are XX000 in words too many to list; as the answer to a COMMIT one of them would prove nothing.</summary>
    static bool IsMaybePooler(PostgresException e, FaultPhase phase) => phase == FaultPhase.Commit && e.SqlState == "XX000";
}
