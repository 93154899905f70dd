using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ResilientPostgres.IntegrationTests.EntityFramework.Model;

namespace ResilientPostgres.IntegrationTests.EntityFramework;

/// <summary>Contexts from a container.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public async Task Several_contexts_use_several_clusters_in_one_container()
    {
        await using var blog = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var orders = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        var ct = TestContext.Current.CancellationToken;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddResilientPostgres(blog.ConnectionString);
        services.AddResilientPostgres("orders", o => o.ConnectionString = orders.ConnectionString);
        services.AddDbContextPool<BlogContext>(static (provider, options) => options.UseResilientPostgres(provider));
        services.AddPooledDbContextFactory<AuditContext>(static (provider, options) => options.UseResilientPostgres(provider, "orders"));
        await using var provider = services.BuildServiceProvider(validateScopes: true);

        for (var i = 0; i < 3; i++)
        {
            await using var scope = provider.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<BlogContext>();
            await using var audit = await provider.GetRequiredService<IDbContextFactory<AuditContext>>().CreateDbContextAsync(ct);
            await context.Database.EnsureCreatedAsync(ct);
            await audit.Database.EnsureCreatedAsync(ct);
            context.Add(new Post { Title = "p" });
            audit.Add(new AuditEntry { Text = "a" });
            await context.SaveChangesAsync(ct);
            await audit.SaveChangesAsync(ct);
            Assert.Equal(i + 1, await context.Posts.AsPrimary().CountAsync(ct));
            Assert.Equal(i + 1, await audit.Entries.AsPrimary().CountAsync(ct));
        }

        Assert.Equal("Posts", await Sql.ScalarAsync<string>(blog.ConnectionString, "SELECT relname::text FROM pg_class WHERE relname IN ('Posts', 'Entries')"));
        Assert.Equal("Entries", await Sql.ScalarAsync<string>(orders.ConnectionString, "SELECT relname::text FROM pg_class WHERE relname IN ('Posts', 'Entries')"));
    }

    [Fact]
    public async Task A_cluster_that_is_not_registered_is_said_to_be_missing()
    {
        var services = new ServiceCollection();
        services.AddResilientPostgres("orders", static o => o.ConnectionString = "Host=127.0.0.1:1;Username=app");
        services.AddDbContext<BlogContext>(static (provider, options) => options.UseResilientPostgres(provider));
        services.AddDbContext<AuditContext>(static (provider, options) => options.UseResilientPostgres(provider, "audit"));
        await using var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();

        Assert.Contains("AddResilientPostgres", Assert.Throws<InvalidOperationException>(() => scope.ServiceProvider.GetRequiredService<BlogContext>()).Message, StringComparison.Ordinal);
        Assert.Contains("'audit'", Assert.Throws<InvalidOperationException>(() => scope.ServiceProvider.GetRequiredService<AuditContext>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_that_were_put_together_elsewhere_are_refused()
    {
        var services = new ServiceCollection().AddEntityFrameworkNpgsql();
        await using var provider = services.BuildServiceProvider();
        await using var db = Support.Resilient.Over("Host=127.0.0.1:1;Username=app");
        var options = new DbContextOptionsBuilder<BlogContext>().UseResilientPostgres(db).UseInternalServiceProvider(provider).Options;

        Assert.Contains("UseInternalServiceProvider", Assert.Throws<InvalidOperationException>(() => new BlogContext(options)).Message, StringComparison.Ordinal);
    }
}
