namespace ResilientPostgres.Testing.Rules;

/// <summary>What a test said about statements. The latest rule that fits wins, so that a test can change what its fixture set up.</summary>
internal sealed class RuleBook
{
    const int Shown = 10;

    readonly Lock _lock = new();
    FakeRule[] _rules = [];

    internal FakeRule Add(FakeRule rule)
    {
        lock (_lock)
        {
            _rules = [rule, .. _rules];
        }

        return rule;
    }

    internal void Clear()
    {
        lock (_lock)
        {
            _rules = [];
        }
    }

    internal FakeRule? Find(FakeRequest request, bool isDescribed) => Array.Find(_rules, r => r.Fits(request, isDescribed));

    internal FakeRule? FindByText(FakeRequest request) => Array.Find(_rules, r => r.IsByText && r.Fits(request, isDescribed: false));

    internal string Describe()
    {
        var rules = _rules;
        return rules.Length == 0
            ? "Nothing was expected."
            : $"Expected: {string.Join("; ", rules.Take(Shown).Select(static r => r.ToString()))}{(rules.Length > Shown ? $"; and {rules.Length - Shown} more" : "")}.";
    }
}
