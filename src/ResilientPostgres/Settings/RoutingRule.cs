using System.IO.Enumeration;
using System.Text.RegularExpressions;
using ResilientPostgres.Endpoints;

namespace ResilientPostgres.Settings;

/// <summary>A routing rule, frozen.</summary>
sealed class RoutingRule(Regex? statement, string? label, Affinity? endpoints, ReadPreference? preference)
{
    public Affinity? Endpoints => endpoints;

    public ReadPreference? Preference => preference;

    public bool Fits(string text, string? carried) => (label is null || label == carried) && (statement is null || statement.IsMatch(text));

    /// <summary>Null if it is not for this application.</summary>
    public static RoutingRule? Freeze(RoutingRuleOptions options, string? application) =>
        options.Application is { } pattern && !FileSystemName.MatchesSimpleExpression(pattern, application ?? "")
            ? null
            : new RoutingRule(Parse(options.Statement), options.Label, EndpointLabel.Parse(options.EndpointLabel) is { } wanted ? new Affinity(wanted) : null, options.ReadPreference);

    /// <summary>Linear in the text, whatever the pattern.</summary>
    public static Regex? Parse(string? pattern) =>
        pattern is null ? null : new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
}
