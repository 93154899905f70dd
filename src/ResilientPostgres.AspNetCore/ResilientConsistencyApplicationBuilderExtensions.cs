using Microsoft.Extensions.DependencyInjection;
using ResilientPostgres.AspNetCore.Consistency;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts consistency into the pipeline.</summary>
public static class ResilientConsistencyApplicationBuilderExtensions
{
    /// <summary>
    /// Runs each request in a <see cref="ResilientPostgres.ConsistencyScope"/> of its own, which begins with the token that came with the request; the response of one that has written
    /// takes a new token along. Put it before everything that uses the database. What is written after the response has begun is not in its token.
    /// </summary>
    /// <param name="app">The pipeline.</param>
    /// <returns>The pipeline.</returns>
    /// <exception cref="InvalidOperationException"><c>AddResilientPostgresConsistency</c> was not called, or names a cluster that is not registered.</exception>
    public static IApplicationBuilder UseResilientPostgresConsistency(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.ApplicationServices.GetService<IncomingTokens>() is null)
        {
            throw new InvalidOperationException("Call services.AddResilientPostgresConsistency() first.");
        }

        return app.UseMiddleware<ConsistencyMiddleware>();
    }
}
