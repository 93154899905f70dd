using System.Globalization;
using ResilientPostgres.Endpoints;

namespace ResilientPostgres.Settings;

/// <summary>The limits of the options of statement routing.</summary>
static class StatementRules
{
    public static void Check(StatementRoutingOptions options, List<string> failures)
    {
        SpanRules.Within(failures, "StatementRouting:CatalogRefreshInterval", options.CatalogRefreshInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        SpanRules.Within(failures, "StatementRouting:CachedStatements", options.CachedStatements, 16, 1_000_000);
        SpanRules.Within(failures, "StatementRouting:PreparedStatements", options.PreparedStatements ?? 0, 0, 10_000);
        foreach (var name in options.ReadOnlyFunctions.Intersect(options.WriteFunctions))
        {
            failures.Add($"StatementRouting: ReadOnlyFunctions and WriteFunctions both list {name}. Remove it from one of them.");
        }

        for (var i = 0; i < options.Rules.Count; i++)
        {
            Check(options.Rules[i], string.Create(CultureInfo.InvariantCulture, $"StatementRouting:Rules:{i}"), failures);
        }
    }

    static void Check(RoutingRuleOptions rule, string key, List<string> failures)
    {
        if (rule.EndpointLabel is not null && EndpointLabel.Parse(rule.EndpointLabel) is null)
        {
            failures.Add($"{key}:EndpointLabel is '{rule.EndpointLabel}'; it must be key=value, as in purpose=report.");
        }

        if (rule is { EndpointLabel: null, ReadPreference: null })
        {
            failures.Add($"{key} says neither EndpointLabel nor ReadPreference, so it would change nothing. Set one, or remove the rule.");
        }

        ShapeRules.OneOf(failures, $"{key}:ReadPreference", rule.ReadPreference ?? default);
        try
        {
            RoutingRule.Parse(rule.Statement);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            failures.Add($"{key}:Statement is '{rule.Statement}', which is no regular expression that can be matched in linear time: {e.Message}");
        }
    }
}
