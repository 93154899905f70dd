namespace ResilientPostgres.Tests.Specs;

/// <summary>One file of cases around one theme.</summary>
sealed class SpecFile<TCase>
{
    public required string About { get; init; }

    public required List<TCase> Cases { get; init; }
}
