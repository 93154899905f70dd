namespace ResilientPostgres.IntegrationTests.EntityFramework.Model;

sealed class AuditEntry
{
    public int Id { get; set; }

    public required string Text { get; set; }
}
