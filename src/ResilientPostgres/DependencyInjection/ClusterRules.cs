using Microsoft.Extensions.Options;
using ResilientPostgres.Settings;

namespace ResilientPostgres.DependencyInjection;

/// <summary>Rules of one cluster among several, and whose they are stands before what they say.</summary>
sealed class ClusterRules(string cluster, IValidateOptions<ResilientPostgresOptions> rules) : IValidateOptions<ResilientPostgresOptions>
{
    public ValidateOptionsResult Validate(string? name, ResilientPostgresOptions options) =>
        name == cluster ? ClusterFailures.Named(rules.Validate(name, options), name, options) : ValidateOptionsResult.Skip;
}
