namespace FailoverDemo.Scenario.Phases;

/// <summary>Nothing happens: the measure for all that follows.</summary>
sealed class NormalWork : IPhase
{
    public string Name => "normal";

    public string Description => "Normal work";

    public Task RunAsync(Stage stage, CancellationToken cancellationToken) => stage.HoldAsync(cancellationToken);
}
