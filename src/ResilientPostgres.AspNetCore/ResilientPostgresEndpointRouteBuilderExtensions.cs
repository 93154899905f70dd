using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Routing;
using ResilientPostgres.AspNetCore.Health;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Endpoints about a cluster.</summary>
public static class ResilientPostgresEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Answers GET with the health of a cluster as JSON: its primary, and each endpoint's role, status and lag in milliseconds. 200 when there is a primary; 200 with the status
    /// <c>Degraded</c> when standbys alone can be read; else 503. The answer names the servers, so keep it inside: <c>RequireAuthorization</c>, <c>RequireHost</c>.
    /// </summary>
    /// <param name="endpoints">The routes.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="name">The cluster's name; the one registered without a name if not given.</param>
    /// <returns>The endpoint, for more conventions.</returns>
    public static IEndpointConventionBuilder MapResilientPostgresHealth(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapGet(pattern, new HealthEndpoint(name).AnswerAsync);
    }
}
