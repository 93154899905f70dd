using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ResilientPostgres.AspNetCore.Health;

/// <summary>Answers with the health of one cluster.</summary>
sealed class HealthEndpoint(string? name)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var health = await ClusterHealth.OfAsync(DataSourceLookup.Find(context.RequestServices, name), context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = health.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await JsonSerializer.SerializeAsync(context.Response.Body, health, HealthJson.Default.ClusterHealth, context.RequestAborted).ConfigureAwait(false);
    }
}
