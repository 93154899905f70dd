using NpgsqlTypes;

namespace ResilientPostgres.Tests.Freshness;

public sealed class ConsistencyTokenTests
{
    [Theory]
    [InlineData(0x68f2c0de7a91b3d4, 3u, 0x16b3748ul, "68f2c0de7a91b3d4-3-16b3748")]
    [InlineData(-1, uint.MaxValue, ulong.MaxValue, "ffffffffffffffff-ffffffff-ffffffffffffffff")]
    [InlineData(1, 1u, 1ul, "1-1-1")]
    public void Text_ReadsBack(long system, uint timeline, ulong lsn, string text)
    {
        var token = new ConsistencyToken(system, timeline, new NpgsqlLogSequenceNumber(lsn));

        Assert.Equal(text, token.ToString());
        Assert.Equal(token, ConsistencyToken.Parse(text));
        Assert.True(ConsistencyToken.TryParse(text, out var parsed));
        Assert.Equal(token, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1-1")]
    [InlineData("1-1-1-1")]
    [InlineData("1-0-1")]
    [InlineData("1-1-0")]
    [InlineData("1-100000000-1")]
    [InlineData("1-1-11111111111111111")]
    [InlineData("-1-1-1")]
    [InlineData("1--1")]
    [InlineData("1-1-0x1")]
    [InlineData("1-1- 1")]
    [InlineData("1-1-1 ")]
    [InlineData("1-1-F")]
    [InlineData("1-1-+1")]
    [InlineData("1-1-\u0661")]
    public void Text_ThatIsNone_IsRefused(string text)
    {
        Assert.False(ConsistencyToken.TryParse(text, out var token));
        Assert.Equal(default, token);
        Assert.Contains(text, Assert.Throws<FormatException>(() => ConsistencyToken.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_ThatIsMissing_IsRefused()
    {
        Assert.False(ConsistencyToken.TryParse(null, out _));
        Assert.Throws<ArgumentNullException>(() => ConsistencyToken.Parse(null!));
    }
}
