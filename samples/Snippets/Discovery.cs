using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using ResilientPostgres;

namespace Snippets;

static class Discovery
{
    static void Register(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=pg-a;Database=blog;Username=app").AddEndpointProvider<ConsulEndpoints>();
    }

    static void Near(IServiceCollection services)
    {
        services.AddResilientPostgres(o =>
        {
            o.ConnectionString = "Host=pg-a,pg-b,pg-c;Database=blog;Username=app";
            o.Endpoints.Add(new EndpointOptions { Host = "pg-b", Labels = { ["zone"] = "eu-west-1a" } });
            o.Affinity.Label = "zone=eu-west-1a";                                   // reads prefer servers that have it
            o.Affinity.MaxLatencyDifference = TimeSpan.FromMilliseconds(5);         // of those, the ones that answer about as quickly as the nearest
        });
    }

    static void Aurora(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=blog.cluster-abc.eu-west-1.rds.amazonaws.com;Database=blog;Username=app;SSL Mode=VerifyFull").UseAurora();
    }

    sealed class ConsulEndpoints(HttpClient consul) : IEndpointProvider
    {
        public string Name => "Consul";

        public async Task<EndpointListing> ListAsync(EndpointQuery query, CancellationToken cancellationToken)
        {
            var nodes = await consul.GetFromJsonAsync<ConsulNode[]>("http://localhost:8500/v1/catalog/service/postgres", cancellationToken);
            return new EndpointListing([.. nodes!.Select(static n => new ListedEndpoint(new Endpoint(n.Address, n.ServicePort)))])
            {
                ValidFor = TimeSpan.FromSeconds(10),
            };
        }
    }

    sealed record ConsulNode(string Address, int ServicePort);
}
