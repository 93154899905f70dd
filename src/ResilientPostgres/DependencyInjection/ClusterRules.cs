using Microsoft.Extensions.Options;

namespace ResilientPostgres.DependencyInjection;

/// <summary>Rules of one cluster among several.</summary>
sealed class ClusterRules(string cluster, IValidateOptions<ResilientPostgresOptions> rules) : IValidateOptions<ResilientPostgresOptions>
{
    public ValidateOptionsResult Validate(string? name, ResilientPostgresOptions options) =>
        name == cluster ? rules.Validate(name, options) : ValidateOptionsResult.Skip;
}
