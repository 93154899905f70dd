using Microsoft.Extensions.Logging;

namespace ResilientPostgres;

/// <summary>Every log line, with its stable id. 1xxx the cluster, 2xxx endpoints, 3xxx calls, 4xxx settings.</summary>
static partial class Log
{
    [LoggerMessage(1001, LogLevel.Warning, "{Message}", EventName = "PrimaryChanged")]
    public static partial void PrimaryChanged(this ILogger logger, string message);

    [LoggerMessage(1002, LogLevel.Warning, "{Message}", EventName = "PrimaryLost")]
    public static partial void PrimaryLost(this ILogger logger, string message);

    [LoggerMessage(1003, LogLevel.Information, "{Message}", EventName = "PrimaryConfirmed")]
    public static partial void PrimaryConfirmed(this ILogger logger, string message);

    [LoggerMessage(1004, LogLevel.Critical, "{Message}", EventName = "SplitBrain")]
    public static partial void SplitBrain(this ILogger logger, string message);

    [LoggerMessage(1005, LogLevel.Warning, "{Message}", EventName = "SplitBrainEnded")]
    public static partial void SplitBrainEnded(this ILogger logger, string message);

    [LoggerMessage(1006, LogLevel.Warning, "{Message}", EventName = "ClusterReplaced")]
    public static partial void ClusterReplaced(this ILogger logger, string message);

    [LoggerMessage(2001, LogLevel.Information, "{Message}", EventName = "EndpointChanged")]
    public static partial void EndpointChanged(this ILogger logger, string message);

    [LoggerMessage(2002, LogLevel.Error, "{Message}", EventName = "EndpointExcluded")]
    public static partial void EndpointExcluded(this ILogger logger, string message);

    [LoggerMessage(2003, LogLevel.Error, "The monitor of {Endpoint} ended unexpectedly", EventName = "MonitorFailed")]
    public static partial void MonitorFailed(this ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(2006, LogLevel.Warning, "{Provider} could not list the endpoints: {Reason}. In use until it can: {Kept}", EventName = "EndpointsUnknown")]
    public static partial void EndpointsUnknown(this ILogger logger, string provider, string reason, string kept);

    [LoggerMessage(2007, LogLevel.Information, "{Provider} lists the endpoints again: {Count}", EventName = "EndpointsKnownAgain")]
    public static partial void EndpointsKnownAgain(this ILogger logger, string provider, int count);

    [LoggerMessage(3001, LogLevel.Information, "Repeating a call ({Safety}, attempt {Attempt}) after {Kind} on {Endpoint}: {Reason}", EventName = "CallRepeated")]
    public static partial void CallRepeated(this ILogger logger, OperationSafety safety, int attempt, FaultKind kind, string endpoint, string reason);

    [LoggerMessage(3002, LogLevel.Information, "Aborting {Count} operations on {Endpoint}: {Reason}", EventName = "OperationsAborted")]
    public static partial void OperationsAborted(this ILogger logger, int count, string endpoint, string reason);

    [LoggerMessage(2004, LogLevel.Warning, "The circuit of {Endpoint} is open for {Milliseconds} ms: too many of its calls failed", EventName = "CircuitOpened")]
    public static partial void CircuitOpened(this ILogger logger, string endpoint, double milliseconds);

    [LoggerMessage(2005, LogLevel.Information, "The circuit of {Endpoint} is closed again", EventName = "CircuitClosed")]
    public static partial void CircuitClosed(this ILogger logger, string endpoint);

    [LoggerMessage(2021, LogLevel.Information, "{Endpoint} refused the password of {User}; the provider is asked for another one", EventName = "PasswordRefused")]
    public static partial void PasswordRefused(this ILogger logger, string endpoint, string user);

    [LoggerMessage(2022, LogLevel.Warning, "The password provider gave no password for {User} on {Endpoint}", EventName = "PasswordProviderFailed")]
    public static partial void PasswordProviderFailed(this ILogger logger, Exception exception, string endpoint, string user);

    [LoggerMessage(3003, LogLevel.Warning, "A COMMIT was not answered; its transaction {Xid} is {Outcome}: {Reason}", EventName = "CommitResolved")]
    public static partial void CommitResolved(this ILogger logger, CommitOutcome outcome, ulong xid, string reason);

    [LoggerMessage(3004, LogLevel.Information, "Ended the session of transaction {Xid} on {Endpoint}: its COMMIT was not answered and it was still open", EventName = "OrphanFenced")]
    public static partial void OrphanFenced(this ILogger logger, ulong xid, string endpoint);

    [LoggerMessage(3005, LogLevel.Warning, "Transaction {Xid} is committed, but the wait for a synchronous standby was cancelled: it may be on no standby", EventName = "DurabilityDegraded")]
    public static partial void DurabilityDegraded(this ILogger logger, ulong xid);

    [LoggerMessage(3006, LogLevel.Warning, "Lost COMMIT replies can't be resolved on {Endpoint}: {Missing}", EventName = "ProofUnavailable")]
    public static partial void ProofUnavailable(this ILogger logger, string endpoint, string missing);

    [LoggerMessage(3007, LogLevel.Error, "The failover to timeline {Timeline} has lost {Lost} acknowledged transactions; of {Undecided} more it is not known", EventName = "WritesLost")]
    public static partial void WritesLost(this ILogger logger, int lost, int undecided, long timeline);

    [LoggerMessage(3008, LogLevel.Warning, "Old tokens in {Table} could not be deleted; tried again later: {Reason}", EventName = "TokenPurgeFailed")]
    public static partial void TokenPurgeFailed(this ILogger logger, string table, string reason);

    [LoggerMessage(3010, LogLevel.Warning, "A standby refused what was taken for a read ({Reason}); from now on it runs on the primary: {Statement}", EventName = "StatementLearned")]
    public static partial void StatementLearned(this ILogger logger, string statement, string reason);

    [LoggerMessage(3009, LogLevel.Warning, "The functions and views of {Cluster} could not be read: {Reason}. Statements that call unknown functions run on the primary", EventName = "CatalogUnread")]
    public static partial void CatalogUnread(this ILogger logger, string cluster, string reason);

    [LoggerMessage(3011, LogLevel.Information, "A call that failed on {Endpoint} ({Kind}) is not repeated: {Reason}", EventName = "CallShed")]
    public static partial void CallShed(this ILogger logger, string endpoint, FaultKind kind, string reason);

    [LoggerMessage(3012, LogLevel.Information, "{Cluster}: the primary answered {Count} reads within {Seconds} s only because somebody in this process had just written. A ConsistencyScope per request or job would leave them to the standbys", EventName = "ScopesWouldHelp")]
    public static partial void ScopesWouldHelp(this ILogger logger, string cluster, int count, double seconds);

    [LoggerMessage(4001, LogLevel.Information, "Connection string: {Notice}", EventName = "ConnectionStringNotice")]
    public static partial void ConnectionStringNotice(this ILogger logger, string notice);

    [LoggerMessage(4002, LogLevel.Information, "Settings of {Cluster} reloaded, mode {Mode}", EventName = "SettingsReloaded")]
    public static partial void SettingsReloaded(this ILogger logger, string cluster, RoutingMode mode);

    [LoggerMessage(4003, LogLevel.Error, "New settings of {Cluster} refused, the running ones stay: {Reason}", EventName = "SettingsRefused")]
    public static partial void SettingsRefused(this ILogger logger, string cluster, string reason);

    [LoggerMessage(4004, LogLevel.Warning, "New settings of {Cluster}: {Key} can't change while running and takes effect at the next start", EventName = "SettingNeedsRestart")]
    public static partial void SettingNeedsRestart(this ILogger logger, string cluster, string key);

    [LoggerMessage(4005, LogLevel.Warning, "Hard abort is not available with this version of Npgsql ({Reason}); hung calls are abandoned to the background instead", EventName = "HardAbortUnavailable")]
    public static partial void HardAbortUnavailable(this ILogger logger, string reason);
}
