using Microsoft.Extensions.Options;

namespace ResilientPostgres.Passwords;

/// <summary>A provider as it was registered.</summary>
/// <param name="Create">Makes the provider: the container, if there is one, and the clock.</param>
/// <param name="Options">How its passwords are kept.</param>
/// <param name="Rules">What the cluster's options must fulfil beside their own rules.</param>
sealed record PasswordSetup(
    Func<IServiceProvider?, TimeProvider, Func<PasswordRequest, CancellationToken, ValueTask<string>>> Create,
    PasswordProviderOptions Options,
    IReadOnlyList<IValidateOptions<ResilientPostgresOptions>> Rules)
{
    public static PasswordSetup Of(
        Func<IServiceProvider?, Func<PasswordRequest, CancellationToken, ValueTask<string>>> create, Action<PasswordProviderOptions>? configure)
    {
        var options = new PasswordProviderOptions();
        configure?.Invoke(options);
        options = options.Copy();
        return new PasswordSetup((services, _) => create(services), options, [new PasswordRules(options)]);
    }
}
