using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using ResilientPostgres.IntegrationTests.EntityFramework.Model;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.EntityFramework;

/// <summary>Contexts for the tests.</summary>
static class Blog
{
    internal static DbContextOptions<BlogContext> Over(
        ResilientDataSource db, Action<NpgsqlDbContextOptionsBuilder>? npgsql = null, params IInterceptor[] interceptors) =>
        new DbContextOptionsBuilder<BlogContext>()
            .UseResilientPostgres(db, npgsql)
            .AddInterceptors(interceptors)
            .EnableSensitiveDataLogging()
            .LogTo(
                static text => TestContext.Current.TestOutputHelper?.WriteLine(text),
                [DbLoggerCategory.Database.Command.Name, DbLoggerCategory.Infrastructure.Name],
                Microsoft.Extensions.Logging.LogLevel.Information)
            .Options;

    /// <summary>With its tables.</summary>
    internal static async Task<DbContextOptions<BlogContext>> CreateAsync(ResilientDataSource db, params IInterceptor[] interceptors)
    {
        var options = Over(db, null, interceptors);
        await using var context = new BlogContext(options);
        await context.Database.EnsureCreatedAsync(TestContext.Current.CancellationToken);
        return options;
    }

    /// <summary>The superuser's way to a database of the cluster, who may create and drop it.</summary>
    internal static string AsSuperuser(PostgresCluster cluster, string database) =>
        new NpgsqlConnectionStringBuilder(cluster.ConnectionString)
        {
            Username = new NpgsqlConnectionStringBuilder(cluster.Primary.ConnectionString).Username,
            Database = database,
        }.ConnectionString;
}
