using Polly;

namespace ResilientPostgres;

/// <summary>
/// Replaces the built-in strategies by pipelines of Polly's own builder. What is never theirs to decide: whether repeating a call is
/// safe. A failure that may not be repeated does not reach them.
/// </summary>
public sealed class ResilienceStrategies
{
    /// <summary>
    /// Builds the pipeline a call enters after its first attempt has failed in a way that may be repeated: the callback then gives that
    /// failure as its first outcome, and runs another attempt each time it is called again. Replaces <see cref="ResilientPostgresOptions.Retry"/>, but for its budget.
    /// </summary>
    public Action<ResiliencePipelineBuilder>? Retry { get; set; }

    /// <summary>
    /// Builds the pipeline that each finished attempt on an endpoint is fed to; a <see cref="Polly.CircuitBreaker.BrokenCircuitException"/> from it keeps
    /// calls away from the endpoint. Replaces <see cref="ResilientPostgresOptions.CircuitBreaker"/>, but for its switch.
    /// </summary>
    public Action<Endpoint, ResiliencePipelineBuilder>? CircuitBreaker { get; set; }

    /// <summary>Builds the pipeline around hedged reads; results are opaque. Replaces <see cref="ResilientPostgresOptions.Hedging"/>, but for its switch.</summary>
    public Action<ResiliencePipelineBuilder<object>>? Hedging { get; set; }
}
