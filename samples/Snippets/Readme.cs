using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using ResilientPostgres;

namespace Snippets;

static class Readme
{
    static async Task Run(string[] args, int id, CancellationToken ct)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddResilientPostgres("Host=pg-a,pg-b,pg-c;Database=blog;Username=app;Password=…");
        using var host = builder.Build();
        var db = host.Services.GetRequiredService<ResilientDataSource>();

        // A read: on a standby that is provably at most MaxReplicationLag behind, else on the primary.
        var title = await db.ReadAsync(async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("SELECT title FROM posts WHERE id = $1", connection);
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
            return (string?)await command.ExecuteScalarAsync(token);
        }, cancellationToken: ct);

        // A write: on the primary, whichever server that is now. Running this one twice changes nothing, and it says so.
        await db.WriteAsync(async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("INSERT INTO visits (post, day) VALUES ($1, current_date) ON CONFLICT DO NOTHING", connection);
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
            await command.ExecuteNonQueryAsync(token);
        }, OperationSafety.Idempotent, ct);

        Console.WriteLine(title);
    }
}
