namespace ResilientPostgres.IntegrationTests.EntityFramework.Model;

/// <summary>Its key and version are the application's, so no statement about it returns rows: what was changed is told by the number of rows alone.</summary>
sealed class Counter
{
    public required string Name { get; set; }

    public int Value { get; set; }

    public int Version { get; set; }
}
