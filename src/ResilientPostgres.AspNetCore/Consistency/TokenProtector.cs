using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace ResilientPostgres.AspNetCore.Consistency;

/// <summary>Makes tokens such that nobody outside can make or change one, and that they come to an end.</summary>
sealed class TokenProtector(IDataProtectionProvider provider, IOptions<ResilientConsistencyOptions> options, TimeProvider time)
{
    const string Purpose = "ResilientPostgres.ConsistencyToken.v1";

    readonly ITimeLimitedDataProtector _protector = provider.CreateProtector(Purpose).ToTimeLimitedDataProtector();

    public string Protect(IEnumerable<ConsistencyToken> tokens) => _protector.Protect(TokenList.Join(tokens), time.GetUtcNow() + options.Value.Lifetime);

    /// <summary>What was protected, or why it does not count.</summary>
    public TokenReading Unprotect(string text)
    {
        if (text.Length > ResilientConsistencyOptions.MostCharacters)
        {
            return new TokenReading([], IgnoredReason.TooLong);
        }

        try
        {
            // The framework has only the system's clock.
            var plain = _protector.Unprotect(text, out var expires);
            return expires <= time.GetUtcNow() ? new TokenReading([], IgnoredReason.Expired)
                : TokenList.TryParse(plain, out var tokens) ? new TokenReading(tokens, null)
                : new TokenReading([], IgnoredReason.Unreadable);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            // One that has expired, by the system's clock, is refused in the same way.
            return new TokenReading([], IgnoredReason.Unreadable);
        }
    }
}
