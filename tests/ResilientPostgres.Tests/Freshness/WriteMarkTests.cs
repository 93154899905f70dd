using ResilientPostgres.Freshness;
using ResilientPostgres.Positions;

namespace ResilientPostgres.Tests.Freshness;

public sealed class WriteMarkTests
{
    readonly WriteMark _mark = new();

    [Fact]
    public void Positions_OnlyRise()
    {
        _mark.Wrote(1, new(100), TimeSpan.FromMilliseconds(1));
        _mark.Wrote(1, new(50), TimeSpan.FromMilliseconds(1));

        Assert.Equal(100ul, _mark.Log!.Position);
    }

    [Fact]
    public void ALaterTimeline_TakesThePlace_AndAnEarlierOneDoesNot()
    {
        _mark.Wrote(1, new(100), TimeSpan.FromMilliseconds(1));
        _mark.Wrote(2, new(60), TimeSpan.FromMilliseconds(1));
        _mark.Wrote(1, new(900), TimeSpan.FromMilliseconds(1));

        Assert.Equal((2u, 60ul), (_mark.Log!.Timeline, _mark.Log.Position));
    }

    [Fact]
    public void AnAnswer_SettlesWhatHadEndedBeforeItWasAsked_AndNothingLater()
    {
        _mark.WroteBy(TimeSpan.FromMilliseconds(10));
        _mark.Settle(new PrimaryMark(TimeSpan.FromMilliseconds(10), 1, 100));
        Assert.Equal(TimeSpan.FromMilliseconds(10), _mark.Since);
        Assert.Null(_mark.Log);

        _mark.Settle(new PrimaryMark(TimeSpan.FromMilliseconds(11), 1, 100));
        Assert.Equal(TimeSpan.Zero, _mark.Since);
        Assert.Equal(100ul, _mark.Log!.Position);
    }

    [Fact]
    public async Task Rising_LosesNothing_WhoeverRaises()
    {
        await Parallel.ForAsync(1, 2001, TestContext.Current.CancellationToken, (i, _) =>
        {
            _mark.Wrote((uint)(1 + i % 2), new((ulong)i), TimeSpan.FromMilliseconds(i));
            return ValueTask.CompletedTask;
        });

        Assert.Equal((2u, 1999ul), (_mark.Log!.Timeline, _mark.Log.Position));
    }
}
