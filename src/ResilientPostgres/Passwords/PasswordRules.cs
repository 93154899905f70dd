using Microsoft.Extensions.Options;
using Npgsql;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Passwords;

/// <summary>What must hold where passwords come from a provider. A password itself is never quoted.</summary>
sealed class PasswordRules(PasswordProviderOptions provider, string owner = nameof(PasswordProviderOptions)) : IValidateOptions<ResilientPostgresOptions>
{
    static readonly TimeSpan _leastPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan _mostPause = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, ResilientPostgresOptions options)
    {
        var failures = new List<string>();
        var given = new NpgsqlConnectionStringBuilder(ConnectionStringParts.Parse(options.ConnectionString, []).Common);
        Absent("Password", given.Password, failures);
        Absent("Passfile", given.Passfile, failures);
        CheckSpans(failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    static void Absent(string key, string? value, List<string> failures)
    {
        if (value is not null)
        {
            failures.Add($"ConnectionString: {key} is given, but a password provider is registered. Remove one of the two.");
        }
    }

    void CheckSpans(List<string> failures)
    {
        if (provider.Lifetime is { } lifetime && lifetime <= TimeSpan.Zero)
        {
            failures.Add($"{owner}.Lifetime is {lifetime}; it must be above zero, or null for a password that holds until it is refused.");
        }

        if (provider.RefreshAhead < TimeSpan.Zero || provider.RefreshAhead >= (provider.Lifetime ?? TimeSpan.MaxValue))
        {
            failures.Add($"{owner}.RefreshAhead is {provider.RefreshAhead}; it must be at least zero and less than Lifetime ({provider.Lifetime}).");
        }

        if (provider.RefusedPause < _leastPause || provider.RefusedPause > _mostPause)
        {
            failures.Add($"{owner}.RefusedPause is {provider.RefusedPause}; it must be between {_leastPause} and {_mostPause}.");
        }
    }
}
