using ResilientPostgres.AspNetCore.Consistency;

namespace ResilientPostgres.Tests.AspNetCore;

public sealed class TokenListTests
{
    static readonly ConsistencyToken _blog = new(0x68f2c0de7a91b3d4, 3, new(0x16b3748));
    static readonly ConsistencyToken _orders = new(-1, 1, new(0x10));

    [Fact]
    public void Joined_ReadsBack()
    {
        var text = TokenList.Join([_blog, _orders]);

        Assert.Equal("68f2c0de7a91b3d4-3-16b3748.ffffffffffffffff-1-10", text);
        Assert.True(TokenList.TryParse(text, out var tokens));
        Assert.Equal([_blog, _orders], tokens);
    }

    [Fact]
    public void OfOneCluster_TheFurthestStays()
    {
        ConsistencyToken[] tokens = [_blog with { Lsn = new(0x20) }, _blog with { Timeline = 4, Lsn = new(0x10) }, _blog, _orders];

        Assert.Equal([tokens[1], _orders], TokenList.Furthest(tokens));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("68f2c0de7a91b3d4-3-16b3748.")]
    [InlineData("68f2c0de7a91b3d4-3-16b3748..ffffffffffffffff-1-10")]
    [InlineData("68f2c0de7a91b3d4-3-16b3748.junk")]
    [InlineData("1-1-1.2-1-1.3-1-1.4-1-1.5-1-1.6-1-1.7-1-1")]
    public void AnythingElse_IsNoList(string text) => Assert.False(TokenList.TryParse(text, out _));
}
