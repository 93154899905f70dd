using ResilientPostgres.Testing.Rules;

namespace ResilientPostgres.Testing;

/// <content>Which requests it is for.</content>
public sealed partial class FakeRule
{
    /// <summary>Applies to these parameters' values only.</summary>
    /// <param name="parameters">The values of <c>$1</c>, <c>$2</c> and so on. Numbers are compared as numbers, whatever their types.</param>
    /// <returns>This rule.</returns>
    /// <exception cref="InvalidOperationException">It has been given values already.</exception>
    public FakeRule With(params object?[]? parameters)
    {
        if (_hasValues)
        {
            throw new InvalidOperationException($"{this}: no request has these values and others. Each needs a rule of its own: pg.On(…).With(…).");
        }

        _hasValues = true;

        // A lone null, and a lone array of texts or other objects, is one value: the compiler takes it for all of them.
        object?[] values = parameters is null ? [null] : parameters.GetType() == typeof(object[]) ? parameters : [parameters];
        return Narrow(
            $"with {string.Join(", ", values.Select(FakeRequest.Show))}",
            request => request.Parameters.Count == values.Length && request.Parameters.Zip(values).All(static p => ParameterEquality.AreEqual(p.First, p.Second)));
    }

    /// <summary>Applies only where this is true as well: by server, role, parameters.</summary>
    /// <param name="condition">Whether the rule answers the request.</param>
    /// <returns>This rule.</returns>
    public FakeRule Where(Func<FakeRequest, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Narrow("under a condition", condition);
    }

    /// <summary>The statement writes, though its first word does not tell: a function that writes.</summary>
    /// <returns>This rule.</returns>
    public FakeRule IsWrite() => Writes(true);

    /// <summary>The statement does not write, though its first word says so.</summary>
    /// <returns>This rule.</returns>
    public FakeRule IsRead() => Writes(false);

    FakeRule Narrow(string shown, Func<FakeRequest, bool> condition)
    {
        var before = _where;
        _where = request => before(request) && condition(request);
        _narrowed += $" ({shown})";
        return this;
    }

    FakeRule Writes(bool writes)
    {
        WritesByRule = writes;
        return this;
    }
}
