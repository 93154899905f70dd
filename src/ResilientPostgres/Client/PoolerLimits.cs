using ResilientPostgres.Routing;
using ResilientPostgres.Settings;
using ResilientPostgres.Statements;

namespace ResilientPostgres.Client;

/// <summary>What a pooler between asks of a statement that runs as a command of ours.</summary>
static class PoolerLimits
{
    /// <summary>pgpool's own rule: what begins with a comment is not balanced.</summary>
    const string Balanced = "sSwWtT(";

    /// <summary>Behind a PgBouncer in transaction mode nobody knows on whose session the next transaction runs, nor who runs on this one's.</summary>
    /// <exception cref="NotSupportedException">It needs a session of its own.</exception>
    public static void Admit(ResilientSettings settings, StatementVerdict verdict, bool isInTransaction)
    {
        if (settings.Pooler.IsTransactional && verdict.SessionUse > (isInTransaction ? SessionUse.Transaction : SessionUse.None))
        {
            throw new NotSupportedException(
                $"The statement {verdict.SessionReason}, and behind a PgBouncer in transaction mode there is no session of one's own: the next statement may run on another one, and somebody else "
                + (verdict.SessionUse == SessionUse.Transaction
                    ? "on this one. Put it and what relies on it into one transaction."
                    : "would find what it leaves. Use what lasts for the transaction (SET LOCAL, set_config(…, true), ON COMMIT DROP, pg_advisory_xact_lock, a cursor WITHOUT HOLD) in a transaction, settings of the role (ALTER ROLE … SET), or a data source that goes to the servers or to a PgBouncer in session mode."));
        }
    }

    /// <summary>Whether pgpool must be kept from sending it to a standby.</summary>
    /// <param name="settings">Those in force.</param>
    /// <param name="verdict">What its text proves.</param>
    /// <param name="routing">What it needs of its server.</param>
    /// <param name="isRouted">It runs by itself, outside any transaction.</param>
    public static bool IsForPrimary(ResilientSettings settings, StatementVerdict verdict, in RoutingRequest routing, bool isRouted) =>
        settings.Pooler.IsPgpool && verdict.Kind != StatementKind.Transaction && !(isRouted && MayBeBalanced(settings, verdict, routing));

    /// <summary>The text with the comment before it, if that makes a difference.</summary>
    public static string? Marked(StatementVerdict verdict, string text)
    {
        var head = text.AsSpan().TrimStart();
        return head.Length > 0 && Balanced.Contains(head[0], StringComparison.Ordinal) ? verdict.Marked(text) : null;
    }

    /// <summary>Nothing is known of pgpool's standbys: it may choose one only where any of them will do.</summary>
    static bool MayBeBalanced(ResilientSettings settings, StatementVerdict verdict, in RoutingRequest routing) =>
        settings is { IsSplitByPgpool: true, Mode: RoutingMode.Full }
        && verdict.IsRead
        && routing is { IsRead: true, Floor: null, IsLimitDefault: true, Preference: not (ReadPreference.Primary or ReadPreference.PreferPrimary) };
}
