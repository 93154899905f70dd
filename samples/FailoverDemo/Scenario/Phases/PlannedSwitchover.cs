namespace FailoverDemo.Scenario.Phases;

/// <summary>Primary and standby change roles, as for maintenance.</summary>
sealed class PlannedSwitchover : IPhase
{
    public string Name => "switchover";

    public string Description => "A planned switchover";

    public async Task RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var cluster = stage.Cluster;
        var (old, next) = (cluster.Primary, await cluster.MostAdvancedStandbyAsync(cancellationToken));
        stage.Tell($"{old.Name} stops, {next.Name} is to take over");
        stage.Score.WritePause.Restart();
        var timings = await cluster.SwitchoverAsync(next, cancellationToken);
        stage.Score.PromotedAfter = timings.WithoutPrimary;
        stage.Tell(
            $"{next.Name} took over: stop {timings.Stop.TotalMilliseconds:F0} ms, promotion {timings.Promote.TotalMilliseconds:F0} ms; "
            + $"{old.Name} back as standby {timings.Rejoin.TotalMilliseconds:F0} ms later");
        await stage.WaitUntilAllServeAsync(cancellationToken);
        await stage.HoldAsync(cancellationToken);
    }
}
