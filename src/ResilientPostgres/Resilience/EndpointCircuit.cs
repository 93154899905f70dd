using Polly;
using Polly.CircuitBreaker;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Resilience;

/// <summary>
/// Polly's circuit breaker for one generation of an endpoint. Nothing runs inside it: finished outcomes are fed to it, and its state
/// is an input of routing, so that a call goes elsewhere instead of failing.
/// </summary>
sealed class EndpointCircuit
{
    static readonly TimeSpan _whenNotSaid = TimeSpan.FromSeconds(1);

    readonly ResiliencePipeline _pipeline;
    readonly CircuitBreakerStateProvider _state = new();
    readonly TimeSpan _breakDuration;
    readonly Action<TimeSpan> _opened;
    readonly Action _closed;

    /// <param name="endpoint">Whose it is.</param>
    /// <param name="settings">When it opens.</param>
    /// <param name="strategies">What may stand in for it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="opened">Told how long it stays open.</param>
    /// <param name="closed">Told that an outcome was let through while it may have been open.</param>
    public EndpointCircuit(
        Endpoint endpoint, CircuitBreakerSettings settings, ResilienceStrategies strategies, TimeProvider time, Action<TimeSpan> opened, Action closed)
    {
        _opened = opened;
        _closed = closed;
        _breakDuration = settings.BreakDuration;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time, Name = "ResilientPostgres.CircuitBreaker" };
        if (strategies.CircuitBreaker is { } replacement)
        {
            replacement(endpoint, builder);
        }
        else
        {
            builder.AddCircuitBreaker(Options(settings));
        }

        _pipeline = builder.Build();
    }

    /// <summary>Feeds one finished attempt.</summary>
    /// <param name="failure">What it failed with, if it did in a way that counts.</param>
    public void Record(Exception? failure)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, CancellationToken.None);
        var feeding = _pipeline.ExecuteOutcomeAsync(
            static (_, failure) => ValueTask.FromResult(failure is null ? Outcome.FromResult(true) : Outcome.FromException<bool>(failure)),
            context,
            failure);

        // Only a replaced pipeline could be asynchronous; what it decides then is seen with the next outcome.
        if (!feeding.IsCompleted)
        {
            _ = feeding.AsTask();
            return;
        }

        var outcome = feeding.GetAwaiter().GetResult();
        ResilienceContextPool.Shared.Return(context);
        if (outcome.Exception is BrokenCircuitException broken)
        {
            _opened(broken.RetryAfter ?? _whenNotSaid);
        }
        else if (outcome.Exception is null)
        {
            _closed();
        }
        else if (_state.CircuitState == CircuitState.Open)
        {
            _opened(_breakDuration); // By this very failure; its own callback would come later, on another thread.
        }
    }

    CircuitBreakerStrategyOptions Options(CircuitBreakerSettings settings) => new()
    {
        FailureRatio = settings.FailureRatio,
        MinimumThroughput = settings.MinimumThroughput,
        SamplingDuration = settings.SamplingDuration,
        BreakDuration = settings.BreakDuration,
        ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Exception is not null),
        StateProvider = _state,
    };
}
