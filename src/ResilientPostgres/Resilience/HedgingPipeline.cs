using Polly;
using Polly.Hedging;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Resilience;

/// <summary>Polly's hedging around a read: after a delay a second attempt beside the first, and the loser is cancelled.</summary>
sealed class HedgingPipeline(TimeProvider time, Func<TimeSpan> now, ResilienceStrategies strategies)
{
    readonly LatencyQuantile _latency = new(share: 0.95);
    readonly ShareLimit _share = new();
    volatile Built? _built;

    /// <param name="attempt">One attempt; each runs with a token of its own.</param>
    /// <param name="state">Handed to each.</param>
    /// <param name="settings">When, and how many.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>What the first attempt to succeed returned, or the failure of the last.</returns>
    public async ValueTask<IHedgedAttempt> RunAsync<TState>(
        Func<TState, CancellationToken, ValueTask<IHedgedAttempt>> attempt, TState state, HedgingSettings settings, CancellationToken cancellationToken)
    {
        var began = now();
        _share.Count(began);
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        var outcome = await For(settings).ExecuteOutcomeAsync(
            static async (context, s) => Outcome.FromResult<object>(await s.attempt(s.state, context.CancellationToken).ConfigureAwait(false)),
            context,
            (attempt, state)).ConfigureAwait(false);
        ResilienceContextPool.Shared.Return(context);
        outcome.ThrowIfException();
        _latency.Record(now() - began);
        return (IHedgedAttempt)outcome.Result!;
    }

    ResiliencePipeline<object> For(HedgingSettings settings)
    {
        if (_built is { } built && built.Settings == settings)
        {
            return built.Pipeline;
        }

        var builder = new ResiliencePipelineBuilder<object> { TimeProvider = time, Name = "ResilientPostgres.Hedging" };
        if (strategies.Hedging is { } replacement)
        {
            replacement(builder);
        }
        else
        {
            builder.AddHedging(Options(settings));
        }

        var pipeline = builder.Build();
        _built = new Built(settings, pipeline);
        return pipeline;
    }

    HedgingStrategyOptions<object> Options(HedgingSettings settings) => new()
    {
        MaxHedgedAttempts = 1,
        DelayGenerator = _ => ValueTask.FromResult(settings.Delay ?? _latency.Value),
        ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Result is IHedgedAttempt { IsRepeatable: true }),

        // Asked when a second attempt is due; without one the first goes on alone.
        ActionGenerator = args => _share.TryTake(now(), settings.MaxShare, 0) ? () => args.Callback(args.ActionContext) : null,
    };

    sealed record Built(HedgingSettings Settings, ResiliencePipeline<object> Pipeline);
}
