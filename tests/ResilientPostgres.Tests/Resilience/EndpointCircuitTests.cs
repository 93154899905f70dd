using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.CircuitBreaker;
using ResilientPostgres.Resilience;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Tests.Resilience;

public sealed class EndpointCircuitTests
{
    static readonly CircuitBreakerSettings _settings = new(true, 0.5, 10, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1));

    readonly FakeTimeProvider _time = new();
    readonly List<TimeSpan> _opened = [];
    int _closed;

    [Fact]
    public void Half_OfTheMinimumFailed_Opens()
    {
        var circuit = Create();
        Feed(circuit, "oxoxoxoxo");
        Assert.Empty(_opened);

        Feed(circuit, "x");

        Assert.Equal([TimeSpan.FromSeconds(1)], _opened);
    }

    [Fact]
    public void FewerFailures_StayClosed()
    {
        var circuit = Create();

        Feed(circuit, string.Concat(Enumerable.Repeat("oox", 50)));

        Assert.Empty(_opened);
    }

    [Fact]
    public void AfterTheBreak_OneSuccessCloses_OneFailureOpensAgain()
    {
        var circuit = Create();
        Feed(circuit, "xxxxxxxxxx");
        _time.Advance(TimeSpan.FromSeconds(1.01));
        Feed(circuit, "x");
        Assert.Equal(2, _opened.Count);
        Assert.Equal(0, _closed);

        _time.Advance(TimeSpan.FromSeconds(1.01));
        Feed(circuit, "o");

        Assert.Equal(1, _closed);
    }

    /// <summary>A straggler from before says nothing about now.</summary>
    [Fact]
    public void SuccessWhileOpen_DoesNotClose()
    {
        var circuit = Create();
        Feed(circuit, "xxxxxxxxxx");

        Feed(circuit, "ooo");

        Assert.Equal(0, _closed);
    }

    [Fact]
    public void AnotherPipeline_IsBelievedWhenItRefuses()
    {
        var strategies = new ResilienceStrategies
        {
            CircuitBreaker = static (_, builder) => builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                MinimumThroughput = 2,
                FailureRatio = 0.1,
                BreakDuration = TimeSpan.FromSeconds(7),
                ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Exception is not null),
            }),
        };
        var circuit = new EndpointCircuit(new Endpoint("a"), _settings, strategies, _time, _opened.Add, () => _closed++);

        Feed(circuit, "xxo");

        Assert.Equal([TimeSpan.FromSeconds(7)], _opened);
        Assert.Equal(0, _closed);
    }

    EndpointCircuit Create() => new(new Endpoint("a"), _settings, new ResilienceStrategies(), _time, _opened.Add, () => _closed++);

    void Feed(EndpointCircuit circuit, string outcomes)
    {
        foreach (var outcome in outcomes)
        {
            var closedBefore = _closed;
            circuit.Record(outcome == 'x' ? new IOException("gone") : null);
            if (outcome == 'o' && _opened.Count == 0)
            {
                _closed = closedBefore; // Told of every success while closed; only the one that closes is of interest.
            }
        }
    }
}
