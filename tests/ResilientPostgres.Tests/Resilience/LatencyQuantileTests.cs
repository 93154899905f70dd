using ResilientPostgres.Resilience;

namespace ResilientPostgres.Tests.Resilience;

public sealed class LatencyQuantileTests
{
    const int Seed = 20260812;

    [Theory]
    [InlineData(0.95, 1, 10)]
    [InlineData(0.95, 20, 40)]
    [InlineData(0.5, 1, 3)]
    public void Value_SettlesWhereTheShareOfSamplesIsBelow(double share, double least, double most)
    {
        var random = new Random(Seed);
        var quantile = new LatencyQuantile(share);
        for (var i = 0; i < 5000; i++)
        {
            quantile.Record(Sample(random, least, most));
        }

        var below = Enumerable.Range(0, 5000).Count(_ => Sample(random, least, most) <= quantile.Value) / 5000.0;
        Assert.True(Math.Abs(below - share) < 0.1, $"seed {Seed}: {below:F3} of the samples are below {quantile.Value.TotalMilliseconds:F2} ms");
    }

    [Fact]
    public void Value_FollowsAChangeOfPace()
    {
        var quantile = new LatencyQuantile(0.95);
        Repeat(quantile, 1, 2000);
        Assert.InRange(quantile.Value.TotalMilliseconds, 0.8, 1.3);
        Repeat(quantile, 50, 2000);
        Assert.InRange(quantile.Value.TotalMilliseconds, 40, 60);
    }

    static void Repeat(LatencyQuantile quantile, double milliseconds, int times)
    {
        for (var i = 0; i < times; i++)
        {
            quantile.Record(TimeSpan.FromMilliseconds(milliseconds));
        }
    }

    static TimeSpan Sample(Random random, double least, double most) => TimeSpan.FromMilliseconds(least + random.NextDouble() * (most - least));
}
