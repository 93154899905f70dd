using Microsoft.Extensions.Options;

namespace ResilientPostgres.AspNetCore.Consistency;

/// <summary>Checked when the host starts.</summary>
sealed class ConsistencyOptionsRules : IValidateOptions<ResilientConsistencyOptions>
{
    public ValidateOptionsResult Validate(string? name, ResilientConsistencyOptions options)
    {
        var failures = new List<string>();
        if (options is { UseCookie: false, UseHeader: false })
        {
            failures.Add("Neither UseCookie nor UseHeader is set, so nothing would travel from request to request. Set one, or leave out UseResilientPostgresConsistency.");
        }

        if (options.UseHeader && string.IsNullOrEmpty(options.HeaderName))
        {
            failures.Add("HeaderName is empty. Name the header, or set UseHeader to false.");
        }

        if (options.Lifetime <= TimeSpan.Zero || options.Lifetime > TimeSpan.FromDays(1))
        {
            failures.Add($"Lifetime is {options.Lifetime}. Set more than 0 and at most a day; a minute is enough for standbys that keep up.");
        }

        if (options.DataSources.Count > ResilientConsistencyOptions.MostDataSources)
        {
            failures.Add($"{options.DataSources.Count} DataSources are listed. At most {ResilientConsistencyOptions.MostDataSources} fit into one token.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
