using Microsoft.Extensions.Logging;

namespace ResilientPostgres.Dns.Diagnostics;

/// <summary>The lines of this package; 62xx, so that they meet none of the core's.</summary>
static partial class Log
{
    [LoggerMessage(6201, LogLevel.Warning, "{Name} could not be resolved: {Reason}. In use until it can: {Kept} addresses of its last good answer", EventName = "NameUnknown")]
    public static partial void NameUnknown(this ILogger logger, string name, string reason, int kept);

    [LoggerMessage(6202, LogLevel.Information, "{Name} is resolved again: {Count} addresses", EventName = "NameKnownAgain")]
    public static partial void NameKnownAgain(this ILogger logger, string name, int count);
}
