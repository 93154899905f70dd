using FailoverDemo.Scenario.Phases;

namespace FailoverDemo.Scenario;

/// <summary>The phases in their order.</summary>
sealed class Script(Stage stage)
{
    readonly IPhase[] _phases =
    [
        new NormalWork(),
        new PrimaryKilled(),
        new OldPrimaryRejoins(),
        new PlannedSwitchover(),
        new LostReplies(),
        new FrozenStandby(),
        new DelayedStandby(),
    ];

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        await stage.WaitUntilAllServeAsync(cancellationToken);
        for (var i = 0; i < _phases.Length; i++)
        {
            var phase = _phases[i];
            stage.Begin(phase.Name, $"{i + 1} of {_phases.Length}: {phase.Description}");
            await phase.RunAsync(stage, cancellationToken);
        }
    }
}
