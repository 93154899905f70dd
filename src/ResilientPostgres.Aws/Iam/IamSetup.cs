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
        var isSpanRight = options.RefreshAhead >= TimeSpan.Zero && options.RefreshAhead < IamAuthenticationOptions.Lifetime;
        return new PasswordSetup(
            (_, time) => new IamTokens(options, time).MakeAsync,
            passwords,
            isSpanRight ? [new PasswordRules(passwords), new IamRules(options)] : [new IamRules(options)]);
    }
}
