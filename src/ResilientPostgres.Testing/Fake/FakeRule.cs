using System.Diagnostics.CodeAnalysis;
using ResilientPostgres.Testing.Rules;
using ResilientPostgres.Testing.Values;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing;

/// <summary>
/// What a <see cref="FakePostgresCluster"/> answers to a statement. Each answer that is added is given once, in their order, and the last one for ever.
/// </summary>
public sealed partial class FakeRule
{
    const DynamicallyAccessedMemberTypes Members = DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicFields;

    readonly Lock _lock = new();
    readonly List<CannedAnswer> _answers = [];
    readonly RuleMatch _match;
    readonly List<(string Severity, string SqlState, string Message)> _notices = [];
    Func<FakeRequest, bool> _where = static _ => true;
    string _narrowed = "";
    string? _awaitsAnswer;
    bool _hasValues;
    IReadOnlyList<string>? _columns;
    TimeSpan _delay;
    int _calls;

    internal FakeRule(RuleMatch match) => _match = match;

    /// <summary>How often it has answered.</summary>
    public int Calls => Volatile.Read(ref _calls);

    internal bool IsByText => _match.IsByText;

    internal bool? WritesByRule { get; private set; }

    /// <summary>A statement that fails has the columns it would have had.</summary>
    internal IReadOnlyList<Column>? AnyColumns
    {
        get
        {
            lock (_lock)
            {
                return _answers.FirstOrDefault(static a => a.Columns is not null)?.Columns;
            }
        }
    }

    /// <summary>What it is about.</summary>
    /// <returns>The text or the pattern.</returns>
    public override string ToString() => _match + _narrowed;

    internal bool Fits(FakeRequest request, bool isDescribed)
    {
        if (!isDescribed)
        {
            return TestCode.Run($"the condition of {this}", () => _match.Fits(request) && _where(request));
        }

        // There are no values yet: what asks for them is taken for fitting, unless it finds out by itself that it does not.
        try
        {
            return _match.Fits(request);
        }
        catch (Exception) when (_match.IsByRequest)
        {
            return false;
        }
    }

    internal CannedAnswer Take(FakeRequest request, bool isDescribed)
    {
        lock (_lock)
        {
            if (_answers.Count == 0)
            {
                throw new PostgresError("0A000", $"FakePostgresCluster was told nothing about: {this}", hint: "Add .Returns(…), .Affects(…) or .Throws(…) to its rule.");
            }

            if (_awaitsAnswer is { } last)
            {
                throw new PostgresError("0A000", $"FakePostgresCluster was told no answer after .{last}(…) of: {this}", hint: $".{last}(…) stands before the answer that it is for.");
            }

            if (isDescribed)
            {
                return _answers.Skip(Math.Min(_calls, _answers.Count - 1)).FirstOrDefault(static a => a.Columns is not null) ?? _answers[^1];
            }

            return _answers[Math.Min(_calls++, _answers.Count - 1)];
        }
    }

    /// <summary>What is wrong with a text (class 42) the server finds out when it parses it.</summary>
    internal PostgresError? TakeParseError()
    {
        lock (_lock)
        {
            var next = _answers.Count == 0 ? null : _answers[Math.Min(_calls, _answers.Count - 1)].Error?.Invoke();
            if (next is null || !next.SqlState.StartsWith("42", StringComparison.Ordinal))
            {
                return null;
            }

            _calls++;
            return next;
        }
    }
}
