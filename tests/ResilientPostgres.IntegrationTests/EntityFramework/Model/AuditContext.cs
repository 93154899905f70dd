using Microsoft.EntityFrameworkCore;

namespace ResilientPostgres.IntegrationTests.EntityFramework.Model;

/// <summary>A second context, over the same cluster or another one.</summary>
sealed class AuditContext(DbContextOptions<AuditContext> options) : DbContext(options)
{
    public DbSet<AuditEntry> Entries => Set<AuditEntry>();
}
