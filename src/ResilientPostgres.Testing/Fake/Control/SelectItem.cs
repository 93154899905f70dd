using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Values;

namespace ResilientPostgres.Testing.Control;

/// <summary>A value in a select list: its column, and how it is found.</summary>
internal sealed record SelectItem(string Name, PostgresType Type, Func<Session, object?[], ValueTask<object?>> Evaluate)
{
    internal static SelectItem Constant(string name, PostgresType type, object? value) => new(name, type, (_, _) => ValueTask.FromResult(value));
}
