using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ResilientPostgres;

namespace Snippets;

static class Aws
{
    static void Register(IServiceCollection services, IConfiguration configuration)
    {
        // "Host=blog.cluster-abc.eu-central-1.rds.amazonaws.com;Database=blog;Username=app;SSL Mode=VerifyFull;Root Certificate=/etc/ssl/rds.pem"
        services.AddResilientPostgres(configuration.GetSection("Postgres")).UseIamAuthentication();
    }

    static void Tunnel(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=localhost:15432;Database=blog;Username=app;SSL Mode=Require")
            .UseIamAuthentication(o => o.RdsEndpoint = _ => new Endpoint("blog.abc.eu-central-1.rds.amazonaws.com"));
    }

    static void Rotation(IServiceCollection services)
    {
        services.AddSingleton<ISecrets, Secrets>();   // yours, over Secrets Manager, Vault, a file …
        services.AddResilientPostgres("Host=pg-a,pg-b;Database=blog;Username=app;SSL Mode=VerifyFull")
            .UsePasswordProvider((provider, request, ct) => provider.GetRequiredService<ISecrets>().ReadAsync("blog/app", fresh: request.WasRefused, ct));
    }

    static async Task WithoutContainer(ISecrets secrets)
    {
        await using var db = new ResilientDataSourceBuilder("Host=pg-a,pg-b;Database=blog;Username=app;SSL Mode=VerifyFull")
            .UsePasswordProvider((request, ct) => secrets.ReadAsync("blog/app", request.WasRefused, ct), o => o.Lifetime = TimeSpan.FromHours(1))
            .Build();
    }

    interface ISecrets
    {
        ValueTask<string> ReadAsync(string name, bool fresh, CancellationToken cancellationToken);
    }

    sealed class Secrets : ISecrets
    {
        public ValueTask<string> ReadAsync(string name, bool fresh, CancellationToken cancellationToken) => new("");
    }
}
