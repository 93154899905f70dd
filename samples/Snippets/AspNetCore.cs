using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using ResilientPostgres;

namespace Snippets;

static class AspNetCore
{
    static void Consistency(WebApplicationBuilder builder)
    {
        builder.Services.AddResilientPostgres(builder.Configuration.GetSection("Postgres"));
        builder.Services.AddDataProtection().SetApplicationName("blog").PersistKeysToFileSystem(new DirectoryInfo("/var/lib/blog/keys"));   // the same for all instances
        builder.Services.AddResilientPostgresConsistency();
        var app = builder.Build();
        app.UseStaticFiles();
        app.UseResilientPostgresConsistency();   // before everything that uses the database
        app.MapGet("/", () => "blog");
    }

    static void Services(IServiceCollection services)
    {
        services.AddResilientPostgresConsistency(o =>
        {
            o.UseCookie = false;
            o.UseHeader = true;                  // X-Consistency-Token, in requests and responses
            o.DataSources.Add("postgres");       // the cluster registered without a name
            o.DataSources.Add("orders");         // and a named one
        });
    }

    static void Health(IServiceCollection services, WebApplication app)
    {
        services.AddHealthChecks().AddResilientPostgres();
        app.MapHealthChecks("/health");
        app.MapResilientPostgresHealth("/health/postgres").RequireHost("*:8081");
    }
}
