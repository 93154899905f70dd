using Microsoft.Extensions.DependencyInjection;
using ResilientPostgres;

namespace Snippets;

static class Dns
{
    static void Hosts(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=pg.example;Database=blog;Username=app;Password=…;SSL Mode=VerifyFull").UseDns();
    }

    static void Names(IServiceCollection services, string connectionString)
    {
        services.AddResilientPostgres(connectionString).UseDns(o =>
        {
            o.Services.Add("_postgresql._tcp.pg.example");   // SRV records: hosts with ports and weights
            o.Primaries.Add("rw.pg.example");                // hints; what a server is, itself says
            o.Standbys.Add("ro.pg.example");
            o.IncludeHosts = false;                          // the connection string's hosts only until DNS has answered
        });
    }

    static void CloudNativePg(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=pg-rw.db.svc;Database=blog;Username=app;Password=…").UseCloudNativePg("pg", "db");
    }

    static void Rds(IServiceCollection services, string password)
    {
        services.AddResilientPostgres($"Host=mydb.xyz.eu-west-1.rds.amazonaws.com;Database=blog;Username=app;Password={password};SSL Mode=VerifyFull").UseDns();
    }

    static void Passwords(ResilientPostgresBuilder builder, Func<string, string> passwordOf)
    {
        builder.ConfigureNpgsql((endpoint, npgsql) => npgsql.ConnectionStringBuilder.Password = passwordOf(endpoint.Host));
    }
}
