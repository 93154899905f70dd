using ResilientPostgres.Resilience;

namespace ResilientPostgres.Tests.Resilience;

public sealed class ShareLimitTests
{
    readonly ShareLimit _limit = new();

    [Theory]
    [InlineData(0, 0.2, 1, 10)]
    [InlineData(100, 0.2, 1, 30)]
    [InlineData(100, 0.2, 0, 20)]
    [InlineData(100, 0, 0, 0)]
    [InlineData(1000, 0.05, 0, 50)]
    public void Takes_AShareOfTheCallsAndSoManyASecond(int calls, double ratio, double perSecond, int taken)
    {
        Count(calls, at: 0);

        Assert.Equal(taken, TakeAll(ratio, perSecond, at: 1));
    }

    /// <summary>What was not used in good times is gone ten seconds later, and what was used is allowed again.</summary>
    [Theory]
    [InlineData(9, 20)]
    [InlineData(10, 20)]
    [InlineData(15, 10)]
    [InlineData(20, 0)]
    [InlineData(500, 0)]
    public void Calls_CountForTenToTwentySeconds_FadingOut(double at, int allowed)
    {
        Count(100, at: 0);

        Assert.Equal(allowed, TakeAll(0.2, 0, at));
    }

    [Fact]
    public void Used_IsAllowedAgainAsTheWindowSlides()
    {
        Count(100, at: 0);
        Assert.Equal(20, TakeAll(0.2, 0, at: 5));
        Count(100, at: 10);

        // Both windows' calls, less what the first has used up.
        Assert.Equal(20, TakeAll(0.2, 0, at: 10));
        Assert.Equal(0, TakeAll(0.2, 0, at: 15));
    }

    [Fact]
    public void Count_FromManyThreads_LosesNothing()
    {
        Parallel.For(0, 8, _ => Count(1000, at: 3));

        Assert.Equal(1600, TakeAll(0.2, 0, at: 3));
    }

    void Count(int calls, double at)
    {
        for (var i = 0; i < calls; i++)
        {
            _limit.Count(TimeSpan.FromSeconds(at));
        }
    }

    int TakeAll(double ratio, double perSecond, double at)
    {
        var taken = 0;
        while (_limit.TryTake(TimeSpan.FromSeconds(at), ratio, perSecond))
        {
            taken++;
        }

        return taken;
    }
}
