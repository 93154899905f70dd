namespace ResilientPostgres.Passwords;

/// <summary>A password as the provider gave it.</summary>
/// <param name="Value">The password.</param>
/// <param name="Version">Which one it is of its endpoint's: 1, 2, …</param>
/// <param name="AskedAt">When the provider was asked, from which its lifetime counts.</param>
sealed record HeldPassword(string Value, int Version, TimeSpan AskedAt)
{
    /// <summary>Never shown.</summary>
    public override string ToString() => $"password {Version}";
}
