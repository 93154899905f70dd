using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ResilientPostgres.AspNetCore.Diagnostics;

namespace ResilientPostgres.AspNetCore.Consistency;

/// <summary>What a request says that it must see. Whatever is wrong with it is never an error for the visitor.</summary>
sealed class IncomingTokens(TokenProtector protector, TokenDataSources sources, IOptions<ResilientConsistencyOptions> options, TokenLog log)
{
    public async ValueTask<IReadOnlyCollection<ConsistencyToken>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var cookie = settings.UseCookie ? request.Cookies[settings.Cookie.Name!] : null;
        var header = settings.UseHeader ? request.Headers[settings.HeaderName].ToString() : null;
        if (string.IsNullOrEmpty(cookie) && string.IsNullOrEmpty(header))
        {
            return [];
        }

        var bounded = new List<ConsistencyToken>();
        foreach (var token in TokenList.Furthest([.. Open(cookie), .. Open(header)]))
        {
            if (await BoundAsync(token, cancellationToken).ConfigureAwait(false) is { } ours)
            {
                bounded.Add(ours);
            }
            else
            {
                log.Ignored(IgnoredReason.Foreign);
            }
        }

        return bounded;
    }

    IReadOnlyCollection<ConsistencyToken> Open(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        var reading = protector.Unprotect(text);
        if (reading.Ignored is { } reason)
        {
            log.Ignored(reason);
        }

        return reading.Tokens;
    }

    async ValueTask<ConsistencyToken?> BoundAsync(ConsistencyToken token, CancellationToken cancellationToken)
    {
        foreach (var source in sources.All)
        {
            if (await source.BoundAsync(token, cancellationToken).ConfigureAwait(false) is { } bounded)
            {
                return bounded;
            }
        }

        return null;
    }
}
