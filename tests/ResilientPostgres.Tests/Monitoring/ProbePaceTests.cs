using ResilientPostgres.Monitoring;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Tests.Monitoring;

public sealed class ProbePaceTests
{
    static readonly MonitoringSettings _settings = MonitoringSettings.Freeze(new MonitoringOptions());

    [Fact]
    public void Next_Calm_IsTheIntervalLessALittleJitter()
    {
        Assert.Equal(450, ProbePace.Next(_settings, null, isAnswering: true, 0).TotalMilliseconds, 0.001);
        Assert.InRange(ProbePace.Next(_settings, null, isAnswering: false, 0.99999).TotalMilliseconds, 499, 500);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(1000)]
    [InlineData(1999)]
    [InlineData(2100)]
    public void Next_FirstTwoSecondsOfPanic_IsThePanicInterval(int panicFor)
    {
        Assert.Equal(37.5, Pace(panicFor, 0), 0.001);
        Assert.InRange(Pace(panicFor, 0.99999), 49.9, 50);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(40, 5)]
    [InlineData(80, 10)]
    [InlineData(200, 25)]
    public void Next_FirstMomentsOfPanic_IsAnEighthOfTheTimeLost(int panicFor, double pace)
    {
        Assert.Equal(pace * 0.75, Pace(panicFor, 0), 0.001);
        Assert.Equal(pace, Pace(panicFor, 1), 0.001);
    }

    [Fact]
    public void Next_LaterInPanic_BacksOffToTheMaximum_AndNeverQuickens()
    {
        var last = 0.0;
        for (var panicFor = 0; panicFor <= 3_600_000; panicFor += 25)
        {
            var pace = Pace(panicFor, 1);
            Assert.True(pace >= last, $"after {panicFor} ms the pace quickened from {last} to {pace}");
            Assert.InRange(pace, 5, 1000);
            last = pace;
        }

        Assert.Equal(1000, last);
        Assert.Equal(500, Pace(3000, 1), 0.001);
        Assert.Equal(750, Pace(3_600_000, 0), 0.001);
    }

    [Fact]
    public void Misconfigured_IsRare() => Assert.True(ProbePace.Misconfigured >= TimeSpan.FromSeconds(10));

    [Theory]
    [InlineData(1000, 50)]
    [InlineData(2200, 100)]
    [InlineData(2400, 200)]
    [InlineData(60_000, 200)]
    public void Next_LaterInPanic_AServerThatAnswers_IsAskedFiveTimesAsOften(int panicFor, double pace) =>
        Assert.Equal(pace, ProbePace.Next(_settings, TimeSpan.FromMilliseconds(panicFor), isAnswering: true, 1).TotalMilliseconds, 0.001);

    static double Pace(int panicFor, double jitter) => ProbePace.Next(_settings, TimeSpan.FromMilliseconds(panicFor), isAnswering: false, jitter).TotalMilliseconds;
}
