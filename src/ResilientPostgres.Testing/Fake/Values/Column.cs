namespace ResilientPostgres.Testing.Values;

/// <summary>A column of a result.</summary>
internal sealed record Column(string Name, PostgresType Type);
