using System.Text.RegularExpressions;
using ResilientPostgres.Testing.Sql;

namespace ResilientPostgres.Testing.Rules;

/// <summary>Which statements a rule is about.</summary>
internal sealed class RuleMatch
{
    readonly string _shown;
    readonly Func<FakeRequest, bool> _fits;

    RuleMatch(string shown, Func<FakeRequest, bool> fits, bool isByText = false, bool isByRequest = false) =>
        (_shown, _fits, IsByText, IsByRequest) = (shown, fits, isByText, isByRequest);

    /// <summary>By a whole text.</summary>
    internal bool IsByText { get; }

    /// <summary>By what may need the parameters' values.</summary>
    internal bool IsByRequest { get; }

    internal static RuleMatch Text(string text)
    {
        if (SqlStatement.Split(text).Count is > 1 and var count)
        {
            throw new ArgumentException($"These are {count} statements. Each needs a rule of its own, or a pattern.", nameof(text));
        }

        var statement = SqlStatement.Parse(NamedParameters.Number(text));
        return new RuleMatch(statement.Text, request => request.Statement.Canonical == statement.Canonical, isByText: true);
    }

    internal static RuleMatch Pattern(Regex pattern) => new($"/{pattern}/", request => pattern.IsMatch(request.Statement.Plain));

    internal static RuleMatch Predicate(Func<FakeRequest, bool> predicate) => new("a predicate", predicate, isByRequest: true);

    internal bool Fits(FakeRequest request) => _fits(request);

    public override string ToString() => _shown;
}
