namespace ResilientPostgres;

/// <summary>How long a provider's password is kept.</summary>
public sealed class PasswordProviderOptions
{
    /// <summary>How long a password holds, from the moment it was asked for.</summary>
    /// <value>The default value is <see langword="null"/>: until a server refuses it.</value>
    public TimeSpan? Lifetime { get; set; }

    /// <summary>How long before its end the next one is fetched. Meanwhile logins go on with the present one.</summary>
    /// <value>The default value is zero. Must be less than <see cref="Lifetime"/>.</value>
    public TimeSpan RefreshAhead { get; set; }

    /// <summary>How long after a refusal has made it ask the provider anew it does not ask because of another one. Until then a password that was refused is not sent again either.</summary>
    /// <value>The default value is 10 seconds. Must be between 1 second and 1 hour.</value>
    public TimeSpan RefusedPause { get; set; } = TimeSpan.FromSeconds(10);

    internal PasswordProviderOptions Copy() => (PasswordProviderOptions)MemberwiseClone();
}
