using Microsoft.Extensions.Options;

namespace ResilientPostgres.Options;

/// <summary>Both validators at once, for where no container runs them.</summary>
static class OptionsCheck
{
    /// <exception cref="OptionsValidationException">Something is wrong; every failure is listed.</exception>
    public static ResilientSettings Freeze(string name, ResilientPostgresOptions options)
    {
        var failures = new List<string>();
        Collect(new ResilientPostgresOptionsValidator().Validate(name, options), failures);
        Collect(new CrossFieldValidator().Validate(name, options), failures);
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
