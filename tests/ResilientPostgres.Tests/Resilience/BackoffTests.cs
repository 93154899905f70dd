using ResilientPostgres.Resilience;

namespace ResilientPostgres.Tests.Resilience;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(FaultKind.ConnectionLost)]
    [InlineData(FaultKind.ConnectFailed)]
    [InlineData(FaultKind.StartingUp)]
    [InlineData(FaultKind.ReadOnlyServer)]
    public void Next_FirstRepetitionAfterALostServer_DoesNotWait(FaultKind kind)
    {
        Assert.Equal(TimeSpan.Zero, Backoff.Next(kind, 1, 0.999));
        Assert.True(Backoff.Next(kind, 2, 0) > TimeSpan.Zero);
    }

    [Theory]
    [InlineData(FaultKind.Concurrency)]
    [InlineData(FaultKind.Overloaded)]
    [InlineData(FaultKind.Timeout)]
    public void Next_ContentionOrLoad_WaitsAtOnce(FaultKind kind) => Assert.True(Backoff.Next(kind, 1, 0) >= TimeSpan.FromMilliseconds(10));

    [Fact]
    public void Next_Doubles_AndStaysBelowASecond()
    {
        for (var repetition = 1; repetition <= 100; repetition++)
        {
            var ceiling = Math.Min(1000, 10 * Math.Pow(2, repetition));
            Assert.Equal(ceiling / 2, Backoff.Next(FaultKind.Concurrency, repetition, 0).TotalMilliseconds, 1.0);
            Assert.InRange(Backoff.Next(FaultKind.Concurrency, repetition, 0.9999).TotalMilliseconds, ceiling * 0.99, ceiling);
        }
    }

    [Fact]
    public void Next_Jitter_Spreads() =>
        Assert.NotEqual(Backoff.Next(FaultKind.Overloaded, 3, 0.1), Backoff.Next(FaultKind.Overloaded, 3, 0.6));
}
