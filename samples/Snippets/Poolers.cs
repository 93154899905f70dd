using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ResilientPostgres;

namespace Snippets;

/// <summary>The code of docs/poolers.md.</summary>
static class Poolers
{
    public static void Pgpool(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=pgpool-a:9999,pgpool-b:9999;Database=blog;Username=app;Maximum Pool Size=16")
            .UsePgpool();
    }

    public static void Backends(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=pgpool-a:9999,pgpool-b:9999;Database=blog;Username=app;Maximum Pool Size=16")
            .UsePgpool(backends: "pg-a,pg-b,pg-c");
    }

    public static void PgBouncer(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=bouncer-a:6432,bouncer-b:6432;Database=blog;Username=app")
            .UsePgBouncer(PgBouncerMode.Transaction);
    }

    public static void Chain(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=bouncer-a:6432,bouncer-b:6432;Database=blog;Username=app")
            .UsePgBouncer(PgBouncerMode.Transaction)
            .UsePgpool();
    }

    public static Task<long> CountAsync(ResilientDataSource db, CancellationToken ct) =>
        db.ReadAsync(async (connection, token) =>
        {
            // Npgsql's own command: pgpool may answer it from any of its servers, but for the comment.
            await using var command = new NpgsqlCommand("/*NO LOAD BALANCE*/ SELECT count(*) FROM comments", connection);
            return (long)(await command.ExecuteScalarAsync(token))!;
        }, ReadPreference.Primary, ct);
}
