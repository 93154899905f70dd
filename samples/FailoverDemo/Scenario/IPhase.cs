namespace FailoverDemo.Scenario;

/// <summary>One act of the demo: brings something upon the cluster and holds it for a while.</summary>
interface IPhase
{
    /// <summary>A short name, as the report gives it.</summary>
    string Name { get; }

    /// <summary>One sentence for the viewer.</summary>
    string Description { get; }

    Task RunAsync(Stage stage, CancellationToken cancellationToken);
}
