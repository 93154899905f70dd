using Polly;
using Polly.Retry;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Resilience;

/// <summary>
/// Polly's retry, entered only by calls that have failed: a pipeline costs more than a pooled read's whole overhead. What may be
/// repeated at all is not its decision; when, and how often, is.
/// </summary>
sealed class RetryPipeline(TimeProvider time, Func<double> random, ResilienceStrategies strategies)
{
    static readonly ResiliencePropertyKey<RepeatedCall> _callKey = new("ResilientPostgres.Call");

    volatile Built? _built;

    public async ValueTask RunAsync(RepeatedCall call, RetrySettings settings, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        context.Properties.Set(_callKey, call);
        await For(settings).ExecuteOutcomeAsync(
            static async (_, call) =>
                await call.NextAsync().ConfigureAwait(false) is { } failure ? Outcome.FromException<bool>(failure) : Outcome.FromResult(true),
            context,
            call).ConfigureAwait(false);
        ResilienceContextPool.Shared.Return(context);
    }

    ResiliencePipeline For(RetrySettings settings)
    {
        if (_built is { } built && built.Settings == settings)
        {
            return built.Pipeline;
        }

        var pipeline = Build(settings);
        _built = new Built(settings, pipeline);
        return pipeline;
    }

    ResiliencePipeline Build(RetrySettings settings)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time, Name = "ResilientPostgres.Retry" };
        if (strategies.Retry is { } replacement)
        {
            replacement(builder);
        }
        else if (settings.MaxRetries > 0)
        {
            builder.AddRetry(Options(settings));
        }

        return builder.Build();
    }

    RetryStrategyOptions Options(RetrySettings settings) => new()
    {
        MaxRetryAttempts = settings.MaxRetries,
        Delay = settings.BaseDelay,
        MaxDelay = settings.MaxDelay,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Randomizer = random,

        // Whatever comes out as an exception has been found repeatable.
        ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Exception is not null),
        DelayGenerator = static args => ValueTask.FromResult<TimeSpan?>(
            args.AttemptNumber == 0 && args.Context.Properties.GetValue(_callKey, null!).IsRoutedAway ? TimeSpan.Zero : null),
    };

    sealed record Built(RetrySettings Settings, ResiliencePipeline Pipeline);
}
