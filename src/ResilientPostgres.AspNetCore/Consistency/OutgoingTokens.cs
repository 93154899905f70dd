using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ResilientPostgres.AspNetCore.Diagnostics;

namespace ResilientPostgres.AspNetCore.Consistency;

/// <summary>What the next request must see, put on a response that is about to start.</summary>
sealed class OutgoingTokens(TokenProtector protector, TokenDataSources sources, IOptions<ResilientConsistencyOptions> options, TokenLog log)
{
    /// <summary>After a write, or any work at all where reads count too; else the visitor keeps what it has.</summary>
    public async Task WriteAsync(HttpContext context, ConsistencyScope scope, IReadOnlyCollection<ConsistencyToken> incoming)
    {
        var withReads = options.Value.MonotonicReads;
        if (!withReads && !scope.HasWritten)
        {
            return;
        }

        try
        {
            var tokens = await CollectAsync(scope, withReads, context.RequestAborted).ConfigureAwait(false);
            if (tokens.Count > 0 && (scope.HasWritten || !tokens.All(incoming.Contains)))
            {
                Put(context, protector.Protect(tokens));
            }
        }
        catch (Exception e)
        {
            // The response is more than its token.
            log.NotWritten(e);
        }
    }

    async ValueTask<IReadOnlyCollection<ConsistencyToken>> CollectAsync(ConsistencyScope scope, bool withReads, CancellationToken cancellationToken)
    {
        var tokens = new List<ConsistencyToken>();
        foreach (var source in sources.All)
        {
            if (await source.CarryAsync(scope, withReads, cancellationToken).ConfigureAwait(false) is { } token)
            {
                tokens.Add(token);
            }
        }

        return TokenList.Furthest(tokens);
    }

    void Put(HttpContext context, string text)
    {
        var settings = options.Value;
        if (settings.UseCookie)
        {
            var cookie = settings.Cookie.Build(context);
            cookie.MaxAge ??= settings.Lifetime;
            context.Response.Cookies.Append(settings.Cookie.Name!, text, cookie);
        }

        if (settings.UseHeader)
        {
            context.Response.Headers[settings.HeaderName] = text;
        }
    }
}
