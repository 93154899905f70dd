using Microsoft.Extensions.Time.Testing;
using ResilientPostgres.Freshness;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Positions;

namespace ResilientPostgres.Tests.Freshness;

public sealed class PositionQuestionTests
{
    readonly FakeTimeProvider _time = new();
    readonly List<TaskCompletionSource<PrimaryMark>> _asked = [];
    readonly MonotonicClock _clock;
    readonly PositionQuestion _question;

    public PositionQuestionTests()
    {
        _clock = new MonotonicClock(_time);
        _question = new PositionQuestion(
            () =>
            {
                var asked = new TaskCompletionSource<PrimaryMark>();
                _asked.Add(asked);
                return asked.Task;
            },
            _clock);
    }

    [Fact]
    public async Task WhatIsBeingAsked_ServesThoseWhoseWritesHadEnded_AndTheOthersShareTheNext()
    {
        _time.Advance(TimeSpan.FromMilliseconds(10));
        var first = _question.AskAsync(_clock.Now);
        var same = _question.AskAsync(_clock.Now - TimeSpan.FromTicks(1));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var later = _question.AskAsync(_clock.Now);
        var laterToo = _question.AskAsync(_clock.Now);

        Assert.Single(_asked);
        Assert.Same(first, same);
        var mark = new PrimaryMark(TimeSpan.FromMilliseconds(10), 1, 5);
        _asked[0].SetResult(mark);
        Assert.Same(mark, await first);
        await WaitForAsync(2);
        var next = new PrimaryMark(TimeSpan.FromMilliseconds(11), 1, 6);
        _asked[1].SetResult(next);
        Assert.Same(next, await later);
        Assert.Same(next, await laterToo);
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task AQuestionThatFails_IsAskedAnewByTheNext()
    {
        var first = _question.AskAsync(_clock.Now);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var later = _question.AskAsync(_clock.Now);
        _asked[0].SetException(new TimeoutException());

        await Assert.ThrowsAsync<TimeoutException>(() => first);
        await WaitForAsync(2);
        var mark = new PrimaryMark(default, 1, 5);
        _asked[1].SetResult(mark);
        Assert.Same(mark, await later);
    }

    async Task WaitForAsync(int count)
    {
        while (_asked.Count < count)
        {
            await Task.Yield();
        }
    }
}
