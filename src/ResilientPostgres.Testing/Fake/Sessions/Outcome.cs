namespace ResilientPostgres.Testing.Sessions;

/// <summary>What a statement has come to.</summary>
/// <param name="Tag">As in CommandComplete; null for an empty statement.</param>
/// <param name="Rows">Its rows, in the order of the columns.</param>
internal sealed record Outcome(string? Tag, IReadOnlyList<object?[]> Rows)
{
    internal static Outcome Done(string tag) => new(tag, []);

    internal static Outcome Selected(IReadOnlyList<object?[]> rows) => new($"SELECT {rows.Count}", rows);
}
