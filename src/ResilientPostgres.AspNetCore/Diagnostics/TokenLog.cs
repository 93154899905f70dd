using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using ResilientPostgres.AspNetCore.Consistency;

namespace ResilientPostgres.AspNetCore.Diagnostics;

/// <summary>What became of tokens that did not count: a counter for those who watch, and a line at Debug, since anybody can send anything.</summary>
sealed class TokenLog : IDisposable
{
    readonly ILogger _logger;
    readonly Meter _meter;
    readonly Counter<long> _ignored;

    public TokenLog(ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger("ResilientPostgres.AspNetCore");
        _meter = new Meter("ResilientPostgres");
        _ignored = _meter.CreateCounter<long>("resilient_postgres.web.ignored_tokens", "{token}", "Consistency tokens of requests that did not count, by reason.");
    }

    public void Ignored(IgnoredReason reason)
    {
        _ignored.Add(1, new KeyValuePair<string, object?>("reason", Word(reason)));
        _logger.TokenIgnored(reason);
    }

    public void NotWritten(Exception error) => _logger.TokenNotWritten(error);

    public void Dispose() => _meter.Dispose();

    static string Word(IgnoredReason reason) => reason switch
    {
        IgnoredReason.TooLong => "too_long",
        IgnoredReason.Expired => "expired",
        IgnoredReason.Foreign => "foreign",
        _ => "unreadable",
    };
}
