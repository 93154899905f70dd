using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ResilientPostgres;
using ResilientPostgres.Testing;

namespace Snippets;

static class GettingStarted
{
    static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddResilientPostgres(configuration.GetSection("Postgres"));
        services.AddResilientPostgres("orders", configuration.GetSection("Orders"));   // [FromKeyedServices("orders")] ResilientDataSource
    }

    static void Configure(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=pg-a,pg-b,pg-c;Database=blog;Username=app")
            .Configure(o => o.MaxReplicationLag = TimeSpan.FromSeconds(5))
            .ConfigureNpgsql((endpoint, npgsql) => npgsql.EnableDynamicJson());
    }

    static async Task WithoutContainer(CancellationToken ct)
    {
        await using var db = new ResilientDataSourceBuilder("Host=pg-a,pg-b;Database=blog;Username=app").Build();
        await using var connection = await db.OpenNpgsqlConnectionAsync(ReadPreference.Primary, ct);
        await using var import = await connection.BeginBinaryImportAsync("COPY posts (title) FROM STDIN (FORMAT BINARY)", ct);
        await import.StartRowAsync(ct);
        await import.WriteAsync("Hello", ct);
        await import.CompleteAsync(ct);
    }

    static async Task ExistingCode(ResilientDataSource db)
    {
        await using var connection = db.CreateConnection();
        var titles = await connection.QueryAsync<string>("SELECT title FROM posts WHERE id = ANY(@ids)", new { ids = new[] { 1, 2, 3 } });
        Console.WriteLine(string.Join(", ", titles));
    }

    static async Task Watch(ResilientDataSource db, CancellationToken ct)
    {
        Console.WriteLine(db.Topology);                       // every endpoint: role, status, timeline, reason
        Console.WriteLine(db.Explain(ReadPreference.Standby)); // where such a read would go now, and why not elsewhere
        await foreach (var happened in db.Topology.WatchAsync(ct))
        {
            Console.WriteLine(happened.Message);
        }
    }

    static async Task Unknown(ResilientDataSource db, Func<NpgsqlConnection, CancellationToken, Task> chargeTheCard, CancellationToken ct)
    {
        try
        {
            await db.WriteAsync(chargeTheCard, cancellationToken: ct);
        }
        catch (OutcomeUnknownException e)
        {
            // Sent, and no answer came. It may have been applied: look for its effect before doing it again.
            Console.WriteLine($"{e.Endpoint}: {e.Message}");
        }
    }

    static async Task Testing()
    {
        await using var cluster = await PostgresCluster.StartAsync();           // a real primary and two standbys
        await using var db = new ResilientDataSourceBuilder(cluster.ConnectionString).Build();
        var promoted = cluster.Standbys[0];
        await cluster.KillAsync(cluster.Primary);
        await cluster.PromoteAsync(promoted);
        await db.WriteAsync(async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("CREATE TABLE it_goes_on ()", connection);
            await command.ExecuteNonQueryAsync(token);
        });
    }
}
