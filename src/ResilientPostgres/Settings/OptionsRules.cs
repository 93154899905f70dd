using Microsoft.Extensions.Options;

namespace ResilientPostgres.Settings;

/// <summary>All rules of the options. Each failure names the key, its value and the remedy, which attributes can't.</summary>
sealed class OptionsRules : IValidateOptions<ResilientPostgresOptions>
{
    public ValidateOptionsResult Validate(string? name, ResilientPostgresOptions options)
    {
        // First, so that the rules can leave out what merely follows from it.
        var failures = new List<string>(options.Section?.Failures ?? []);
        if (ShapeRules.Check(options, failures))
        {
            SpanRules.Check(options, failures);
            StatementRules.Check(options.StatementRouting, failures);
            CheckEndpoints(options, failures);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ClusterFailures.Named(ValidateOptionsResult.Fail(failures), name, options);
    }

    static void CheckEndpoints(ResilientPostgresOptions options, List<string> failures)
    {
        var before = failures.Count;
        var parts = ConnectionStringParts.Parse(options.ConnectionString, failures);
        if (options.ReadPreference is { } explicitly && parts.ReadPreference is { } translated && explicitly != translated)
        {
            failures.Add($"ReadPreference is {explicitly}, but Target Session Attributes in ConnectionString means {translated}. Remove one of the two.");
        }

        FileRules.Check(parts.Common, failures);
        PoolerRules.Check(options, parts, failures);
        Duplicates("ConnectionString: Host lists", parts.Endpoints, failures);
        Duplicates("Endpoints lists", options.Endpoints.Select(static e => new Endpoint(e.Host, e.Port)), failures);
        var all = ResilientSettings.Merge(parts.Endpoints, options.Endpoints);
        if (all.IsEmpty && failures.Count == before && SpanRules.Stand(failures, "ConnectionString", "Endpoints"))
        {
            failures.Add(options.Section is { IsMissing: true } section
                ? $"there is nothing in the section {section.Path}, or no such section. Write at least {section.Path}:ConnectionString, as in Host=pg-a,pg-b,pg-c, or correct the name given to GetSection."
                : "ConnectionString has no Host and Endpoints is empty: name at least one server, as in Host=pg-a,pg-b,pg-c.");
        }
        else if (!all.IsEmpty && !all.Any(static e => e.CanBecomePrimary))
        {
            failures.Add("Endpoints: CanBecomePrimary is false for every server, so there could never be a primary. Leave it true for at least one.");
        }
    }

    static void Duplicates(string what, IEnumerable<Endpoint> endpoints, List<string> failures)
    {
        foreach (var twice in endpoints.GroupBy(static e => e).Where(static g => g.Count() > 1))
        {
            failures.Add($"{what} {twice.Key.Name} {twice.Count()} times. Name each server once.");
        }
    }
}
