using System.Net;
using System.Text.Json;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Patroni;

/// <summary>A Patroni that says whatever the test wants, about servers that are not its own.</summary>
sealed class SaidPatroni(PostgresCluster cluster) : HttpMessageHandler
{
    volatile string _body = "";

    internal void Say(PostgresServer? leader, int timeline) => _body = JsonSerializer.Serialize(new
    {
        members = cluster.Servers.Select(s => new { name = s.Name, host = s.Host, port = s.Port, role = s == leader ? "leader" : "replica", state = "running", timeline }),
    });

    internal void Configure(ResilientDataSourceBuilder builder) => builder.UsePatroni(o =>
    {
        o.Urls.Add(new Uri("http://said.test"));
        o.Interval = TimeSpan.FromSeconds(1);
        o.CreateHandler = () => this;
    });

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(_body) });
}
