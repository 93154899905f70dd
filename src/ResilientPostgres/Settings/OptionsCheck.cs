using Microsoft.Extensions.Options;

namespace ResilientPostgres.Settings;

/// <summary>The validator, for where no container runs it.</summary>
static class OptionsCheck
{
    /// <exception cref="OptionsValidationException">Something is wrong; every failure is listed.</exception>
    public static ResilientSettings Freeze(
        string name, ResilientPostgresOptions options, IReadOnlyList<IValidateOptions<ResilientPostgresOptions>>? more = null)
    {
        var failures = new List<string>();
        Collect(new OptionsRules().Validate(name, options), failures);
        foreach (var rules in more ?? [])
        {
            Collect(ClusterFailures.Named(rules.Validate(name, options), name, options), failures);
        }

        return failures.Count > 0
            ? throw new OptionsValidationException(name, typeof(ResilientPostgresOptions), failures)
            : ResilientSettings.Freeze(options);
    }

    static void Collect(ValidateOptionsResult result, List<string> failures)
    {
        if (result.Failed)
        {
            failures.AddRange(result.Failures);
        }
    }
}
