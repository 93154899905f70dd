using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ResilientPostgres.DependencyInjection;

/// <summary>Binds a section to the options of one cluster, and says which key it does not know.</summary>
sealed class SectionBinding(string name, IConfigurationSection section) : IConfigureNamedOptions<ResilientPostgresOptions>
{
    static readonly string[] _keys = [.. typeof(ResilientPostgresOptions).GetProperties().Select(static p => p.Name)];
    static readonly string[] _monitoringKeys = [.. typeof(MonitoringOptions).GetProperties().Select(static p => p.Name)];
    static readonly string[] _retryKeys = [.. typeof(RetryOptions).GetProperties().Select(static p => p.Name)];
    static readonly string[] _breakerKeys = [.. typeof(CircuitBreakerOptions).GetProperties().Select(static p => p.Name)];
    static readonly string[] _hedgingKeys = [.. typeof(HedgingOptions).GetProperties().Select(static p => p.Name)];
    static readonly string[] _commitKeys = [.. typeof(CommitOptions).GetProperties().Select(static p => p.Name)];
    static readonly string[] _consistencyKeys = [.. typeof(ConsistencyOptions).GetProperties().Select(static p => p.Name)];
    static readonly string[] _affinityKeys = [.. typeof(AffinityOptions).GetProperties().Select(static p => p.Name)];
    static readonly string[] _statementKeys = [.. typeof(StatementRoutingOptions).GetProperties().Select(static p => p.Name)];
    static readonly string[] _endpointKeys = [.. typeof(EndpointOptions).GetProperties().Select(static p => p.Name)];

    public void Configure(ResilientPostgresOptions options) => Configure(Microsoft.Extensions.Options.Options.DefaultName, options);

    public void Configure(string? optionsName, ResilientPostgresOptions options)
    {
        if (optionsName != name)
        {
            return;
        }

        var failures = new List<string>();
        Check(section, _keys, failures);
        Check(section.GetSection(nameof(options.Monitoring)), _monitoringKeys, failures);
        Check(section.GetSection(nameof(options.Retry)), _retryKeys, failures);
        Check(section.GetSection(nameof(options.CircuitBreaker)), _breakerKeys, failures);
        Check(section.GetSection(nameof(options.Hedging)), _hedgingKeys, failures);
        Check(section.GetSection(nameof(options.Commits)), _commitKeys, failures);
        Check(section.GetSection(nameof(options.Consistency)), _consistencyKeys, failures);
        Check(section.GetSection(nameof(options.Affinity)), _affinityKeys, failures);
        Check(section.GetSection(nameof(options.StatementRouting)), _statementKeys, failures);
        foreach (var endpoint in section.GetSection(nameof(options.Endpoints)).GetChildren())
        {
            Check(endpoint, _endpointKeys, failures);
        }

        if (failures.Count > 0)
        {
            throw new OptionsValidationException(name, typeof(ResilientPostgresOptions), failures);
        }

        section.Bind(options);
    }

    static void Check(IConfigurationSection section, string[] known, List<string> failures)
    {
        foreach (var child in section.GetChildren())
        {
            if (!known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                // Without its value, which may be a whole connection string.
                var meant = NearestKey.Of(child.Key, known) is { } nearest ? nearest : $"one of: {string.Join(", ", known)}";
                failures.Add($"{child.Path} is no option. Remove it, or write {meant}.");
            }
        }
    }
}
