namespace FailoverDemo.Scenario.Phases;

/// <summary>A standby hangs: it is there, its port accepts, and nothing answers.</summary>
sealed class FrozenStandby : IPhase
{
    public string Name => "frozen standby";

    public string Description => "A standby freezes";

    public async Task RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var standby = stage.Cluster.Standbys[0];
        stage.Tell($"SIGSTOP to all of {standby.Name}");
        await stage.Cluster.FreezeAsync(standby, cancellationToken);
        await stage.HoldAsync(cancellationToken);
        await stage.Cluster.ThawAsync(standby);
        stage.Tell($"{standby.Name} goes on");
        await stage.WaitUntilAllServeAsync(cancellationToken);
        stage.Tell($"{standby.Name} serves reads again");
    }
}
