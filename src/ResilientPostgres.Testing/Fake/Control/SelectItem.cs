using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Values;

namespace ResilientPostgres.Testing.Control;

/// <summary>A value in a select list: its column, and how it is found.</summary>
internal sealed record SelectItem(string Name, PostgresType Type, Func<Session, object?[], ValueTask<object?>> Evaluate)
{
    /// <summary>The name is a function's; a cast does not replace it.</summary>
    internal bool IsFunction { get; init; }

    /// <summary>Known when the statement is read, and so is what is wrong with it.</summary>
    internal bool IsConstant { get; init; }

    internal static SelectItem Constant(string name, PostgresType type, object? value) => new(name, type, (_, _) => ValueTask.FromResult(value)) { IsConstant = true, Value = value };

    internal object? Value { get; init; }
}
