using Microsoft.AspNetCore.Http;

namespace ResilientPostgres.AspNetCore.Consistency;

/// <summary>One scope for each request.</summary>
sealed class ConsistencyMiddleware(RequestDelegate next, IncomingTokens incoming, OutgoingTokens outgoing)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var tokens = await incoming.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        var scope = ConsistencyScope.Begin([.. tokens]);

        // A response without a body starts only after this method has ended, and its token needs the scope.
        context.Response.RegisterForDispose(scope);
        context.Response.OnStarting(() => outgoing.WriteAsync(context, scope, tokens));
        await next(context).ConfigureAwait(false);
    }
}
