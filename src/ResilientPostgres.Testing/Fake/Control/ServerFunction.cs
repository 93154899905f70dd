using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Values;

namespace ResilientPostgres.Testing.Control;

/// <summary>A function of the server's own.</summary>
/// <param name="Type">Of its result.</param>
/// <param name="Fewest">The fewest arguments.</param>
/// <param name="Most">The most arguments.</param>
/// <param name="Run">What it does.</param>
internal sealed record ServerFunction(PostgresType Type, int Fewest, int Most, Func<Session, object?[], ValueTask<object?>> Run)
{
    internal bool Accepts(int arguments) => arguments >= Fewest && arguments <= Most;

    internal SelectItem Call(string name, IReadOnlyList<SelectItem> arguments) => new(name, Type, async (session, parameters) =>
    {
        var values = new object?[arguments.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = await arguments[i].Evaluate(session, parameters).ConfigureAwait(false);
        }

        return await Run(session, values).ConfigureAwait(false);
    })
    {
        IsFunction = true,
    };
}
