using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Values;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>A parsed statement with the types of its parameters.</summary>
internal sealed class Prepared(SqlStatement statement, uint[] types)
{
    internal SqlStatement Statement => statement;

    internal uint[] Types => types;

    /// <summary>What the client was told of its columns, and may rely on.</summary>
    internal IReadOnlyList<Column>? Described { get; set; }
}
