using Microsoft.Extensions.Logging;
using ResilientPostgres.AspNetCore.Consistency;

namespace ResilientPostgres.AspNetCore.Diagnostics;

/// <summary>The lines of this package; 5xxx, so that they meet none of the core's.</summary>
static partial class Log
{
    [LoggerMessage(5001, LogLevel.Debug, "A request's consistency token is ignored: {Reason}", EventName = "TokenIgnored")]
    public static partial void TokenIgnored(this ILogger logger, IgnoredReason reason);

    [LoggerMessage(5002, LogLevel.Debug, "A response goes without its consistency token", EventName = "TokenNotWritten")]
    public static partial void TokenNotWritten(this ILogger logger, Exception error);
}
