using System.Text.RegularExpressions;
using ResilientPostgres.Testing.Rules;

namespace ResilientPostgres.Testing;

/// <content>What statements are answered with.</content>
public sealed partial class FakePostgresCluster
{
    /// <summary>Begins a rule for a statement by its text. White space, comments and the case of words make no difference; named parameters count as Npgsql numbers them.</summary>
    /// <param name="text">The statement.</param>
    /// <returns>The rule, to be told the answer. The latest rule that fits a statement answers it.</returns>
    /// <exception cref="ArgumentException">It is no statement, or several.</exception>
    public FakeRule On(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        ThrowIfDisposed();
        return Rules.Add(new FakeRule(RuleMatch.Text(text)));
    }

    /// <summary>Begins a rule for all statements that a pattern is found in. It is tried on the text without comments and with single spaces.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <returns>The rule, to be told the answer. The latest rule that fits a statement answers it.</returns>
    public FakeRule On(Regex pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ThrowIfDisposed();
        return Rules.Add(new FakeRule(RuleMatch.Pattern(pattern)));
    }

    /// <summary>Begins a rule for all statements of which something is true.</summary>
    /// <param name="predicate">Whether the rule answers the request. Where a client wants to know a statement's columns before it has values, these are null.</param>
    /// <returns>The rule, to be told the answer. The latest rule that fits a statement answers it.</returns>
    public FakeRule On(Func<FakeRequest, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        ThrowIfDisposed();
        return Rules.Add(new FakeRule(RuleMatch.Predicate(predicate)));
    }

    /// <summary>Forgets all rules.</summary>
    public void ClearRules() => Rules.Clear();

    /// <summary>Forgets the statements that were sent so far.</summary>
    public void ClearStatements() => Recorder.Clear();
}
