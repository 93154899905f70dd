using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Snippets;

static class EntityFramework
{
    static void Register(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=pg-a,pg-b,pg-c;Database=blog;Username=app;Password=…");
        services.AddDbContext<BlogContext>((provider, options) => options.UseResilientPostgres(provider));
    }

    static void RegisterSeveral(IServiceCollection services, IConfiguration configuration)
    {
        services.AddResilientPostgres("audit", configuration.GetSection("Audit"));
        services.AddDbContextPool<BlogContext>((provider, options) => options.UseResilientPostgres(provider));
        services.AddPooledDbContextFactory<AuditContext>((provider, options) => options.UseResilientPostgres(provider, "audit"));
    }

    static void Unguarded(IServiceProvider provider, DbContextOptionsBuilder options)
    {
        options.UseResilientPostgres(provider, npgsqlOptionsAction: npgsql => npgsql.UseTransactionForSingleStatements(false));
    }

    static async Task<(object Mine, object Popular, object Report)> Read(BlogContext context, string me, CancellationToken ct)
    {
        var mine = await context.Posts.AsPrimary().Where(p => p.Author == me).ToListAsync(ct);
        var popular = await context.Posts.WithMaxLag(TimeSpan.FromMilliseconds(500)).OrderByDescending(p => p.Visits).Take(10).ToListAsync(ct);
        var report = await context.Posts.WithRoutingLabel("reports").GroupBy(p => p.Author).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct);
        return (mine, popular, report);
    }

    static async Task Withdraw(BlogContext context, int id, decimal amount, CancellationToken ct)
    {
        await context.Database.CreateExecutionStrategy().ExecuteAsync(async token =>
        {
            context.ChangeTracker.Clear();
            await using var transaction = await context.Database.BeginTransactionAsync(token);
            var account = await context.Accounts.SingleAsync(a => a.Id == id, token);
            account.Balance -= amount;
            await context.SaveChangesAsync(token);
            await transaction.CommitAsync(token);
        }, ct);
    }

    sealed class BlogContext(DbContextOptions<BlogContext> options) : DbContext(options)
    {
        public DbSet<Post> Posts => Set<Post>();

        public DbSet<Account> Accounts => Set<Account>();
    }

    sealed class AuditContext(DbContextOptions<AuditContext> options) : DbContext(options);

    sealed class Post
    {
        public int Id { get; set; }

        public required string Author { get; set; }

        public int Visits { get; set; }
    }

    sealed class Account
    {
        public int Id { get; set; }

        public decimal Balance { get; set; }
    }
}
