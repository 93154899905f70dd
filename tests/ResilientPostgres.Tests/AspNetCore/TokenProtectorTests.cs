using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Time.Testing;
using ResilientPostgres.AspNetCore.Consistency;

namespace ResilientPostgres.Tests.AspNetCore;

public sealed class TokenProtectorTests
{
    static readonly ConsistencyToken _token = new(0x68f2c0de7a91b3d4, 3, new(0x16b3748));

    // The framework compares with the system's clock too, so this one starts there.
    readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    readonly ResilientConsistencyOptions _options = new();
    readonly EphemeralDataProtectionProvider _keys = new();

    [Fact]
    public void Protected_ReadsBack()
    {
        var text = Protector().Protect([_token]);

        Assert.DoesNotContain("68f2c0de", text, StringComparison.Ordinal);
        Assert.Equal([_token], Protector().Unprotect(text).Tokens);
    }

    [Fact]
    public void AsManyAsAreAllowed_Fit()
    {
        var longest = Enumerable.Range(1, ResilientConsistencyOptions.MostDataSources).Select(static i => new ConsistencyToken(-i, uint.MaxValue, new(ulong.MaxValue))).ToArray();
        var text = Protector().Protect(longest);

        Assert.InRange(text.Length, 1, ResilientConsistencyOptions.MostCharacters);
        Assert.Equal(longest, Protector().Unprotect(text).Tokens);
    }

    [Fact]
    public void EveryChangedCharacter_IsNoticed()
    {
        var text = Protector().Protect([_token]);
        for (var i = 0; i < text.Length; i++)
        {
            // The last character may carry bits that mean nothing: what decodes to the same bytes is the same text.
            var changed = text.Remove(i, 1).Insert(i, text[i] == 'A' ? "Q" : "A");
            var reading = Protector().Unprotect(changed);
            Assert.True(reading.Ignored == IgnoredReason.Unreadable || i == text.Length - 1, $"{i}: {changed}");
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("68f2c0de7a91b3d4-3-16b3748")]
    [InlineData("%00 =;,\u00e4")]
    [InlineData("CfDJ8")]
    public void Garbage_IsIgnored(string text) => Assert.Equal(IgnoredReason.Unreadable, Protector().Unprotect(text).Ignored);

    [Fact]
    public void WhatOthersProtect_IsIgnored()
    {
        var otherKeys = new TokenProtector(new EphemeralDataProtectionProvider(), Microsoft.Extensions.Options.Options.Create(_options), _time).Protect([_token]);
        var otherPurpose = _keys.CreateProtector("Another").ToTimeLimitedDataProtector().Protect(_token.ToString(), TimeSpan.FromMinutes(1));
        var noToken = _keys.CreateProtector("ResilientPostgres.ConsistencyToken.v1").ToTimeLimitedDataProtector().Protect("junk", TimeSpan.FromMinutes(1));

        Assert.All([otherKeys, otherPurpose, noToken], text => Assert.Equal(new TokenReading([], IgnoredReason.Unreadable).Ignored, Protector().Unprotect(text).Ignored));
    }

    [Fact]
    public void TooLong_IsNotEvenLookedAt() =>
        Assert.Equal(IgnoredReason.TooLong, Protector().Unprotect(new string('A', ResilientConsistencyOptions.MostCharacters + 1)).Ignored);

    [Fact]
    public void AfterItsLifetime_ItDoesNotCount()
    {
        _options.Lifetime = TimeSpan.FromMinutes(10);
        var text = Protector().Protect([_token]);

        _time.Advance(_options.Lifetime - TimeSpan.FromSeconds(1));
        Assert.Null(Protector().Unprotect(text).Ignored);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(IgnoredReason.Expired, Protector().Unprotect(text).Ignored);
        Assert.Empty(Protector().Unprotect(text).Tokens);
    }

    TokenProtector Protector() => new(_keys, Microsoft.Extensions.Options.Options.Create(_options), _time);
}
