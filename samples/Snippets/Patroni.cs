using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ResilientPostgres;

namespace Snippets;

static class Patroni
{
    static void Register(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=pg-a,pg-b,pg-c;Database=blog;Username=app")
            .UsePatroni();                                   // http://pg-a:8008, http://pg-b:8008, http://pg-c:8008
    }

    static void Secured(IServiceCollection services, IConfiguration configuration)
    {
        services.AddResilientPostgres("Host=pg-a;Database=blog;Username=app;SSL Mode=VerifyFull;Root Certificate=/etc/ssl/pg/root.crt")
            .UsePatroni(o =>
            {
                o.Urls.Add(new Uri("https://pg-a:8008"));    // one is enough; the others are learnt
                o.Scope = "blog";                            // an answer of another cluster is refused
                o.RootCertificate = "/etc/ssl/patroni/root.crt";
                o.UserName = configuration["Patroni:User"];
                o.Password = configuration["Patroni:Password"];
            });
    }

    static ResilientDataSource WithoutContainer() =>
        new ResilientDataSourceBuilder("Host=pg-a;Database=blog;Username=app").UsePatroni(new Uri("http://pg-a:8008"), new Uri("http://pg-b:8008")).Build();
}
