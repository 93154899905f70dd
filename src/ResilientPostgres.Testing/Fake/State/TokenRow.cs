namespace ResilientPostgres.Testing.State;

/// <summary>A row of such a table.</summary>
internal sealed record TokenRow(bool IsClaim, DateTime At);
