using System.Globalization;
using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>Which limit of time ended something, its value, and what to do where it is too short: for people.</summary>
static class LimitText
{
    /// <summary>Of an attempt whose command has a limit of its own, or of one of the commands in it, which we don't see.</summary>
    /// <param name="limit">Its own, with the second that the driver has to cancel it; zero where there is none, and the largest where it has no end.</param>
    /// <param name="connection">Where it ran: what it was opened with holds for commands that say nothing.</param>
    public static string OfCommand(TimeSpan limit, NpgsqlConnection connection) => limit > TimeSpan.Zero && limit < TimeSpan.MaxValue
        ? $"its CommandTimeout of {Seconds(limit - StatementRouter.AfterTimeout)} was over; if it may take longer, raise CommandTimeout of the command, or Command Timeout in the connection string"
        : $"the CommandTimeout of a command was over ({Seconds(TimeSpan.FromSeconds(connection.CommandTimeout))} unless it has one of its own); if it may take longer, raise it, or Command Timeout in the connection string";

    public static string OfAttempt(TimeSpan limit) => $"its AttemptTimeout of {Seconds(limit)} was over; if it may take longer, raise AttemptTimeout";

    public static string OfCall(TimeSpan limit) => $"its TotalTimeout of {Seconds(limit)} was over; if it may take longer, raise TotalTimeout";

    /// <summary>Whether the time allowed was over, and nobody but us and the driver says so.</summary>
    public static bool IsDue(in Fault fault, Exception exception) => fault.Kind == FaultKind.Timeout && ExceptionShell.Unwrap(exception) is not PostgresException;

    /// <summary>The failure of an attempt that ran out of time together with its call, or before it.</summary>
    public static AttemptFailure Named(AttemptFailure failure, TimeSpan deadline, Settings.ResilientSettings settings) => failure is { Aborted: AbortReason.AttemptTimeout, Until: { } until }
        ? failure with { Fault = failure.Fault with { Reason = until < deadline ? OfAttempt(settings.AttemptTimeout) : OfCall(settings.TotalTimeout) } }
        : failure;

    static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";
}
