using ResilientPostgres.Passwords;

namespace ResilientPostgres.Iam;

/// <summary>IAM authentication as a password provider: a token is a password that ages.</summary>
static class IamSetup
{
    public static PasswordSetup Of(Action<IamAuthenticationOptions>? configure)
    {
        var options = new IamAuthenticationOptions();
        configure?.Invoke(options);
        options = options.Copy();
        var passwords = new PasswordProviderOptions { Lifetime = IamAuthenticationOptions.Lifetime, RefreshAhead = options.RefreshAhead };
        return new PasswordSetup(
            (_, time) => new IamTokens(options, time).MakeAsync,
            passwords,
            [new PasswordRules(passwords, nameof(IamAuthenticationOptions)), new IamRules(options)]);
    }
}
