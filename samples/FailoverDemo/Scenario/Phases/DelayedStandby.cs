namespace FailoverDemo.Scenario.Phases;

/// <summary>A standby answers well but replays late: further behind than reads may be.</summary>
sealed class DelayedStandby : IPhase
{
    static readonly TimeSpan _delay = DemoOptions.MaxReplicationLag * 30;

    public string Name => "delayed standby";

    public string Description => $"A standby replays later than {DemoOptions.MaxReplicationLag.TotalSeconds} s";

    public async Task RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var standby = stage.Cluster.Standbys[^1];
        stage.Tell($"{standby.Name} replays {_delay.TotalSeconds:F0} s late from now on");
        await stage.Cluster.DelayReplayAsync(standby, _delay, cancellationToken);

        // Until then it is within the limit, and rightly read.
        await Task.Delay(DemoOptions.MaxReplicationLag, cancellationToken);
        await stage.HoldAsync(cancellationToken);
        await stage.Cluster.DelayReplayAsync(standby, TimeSpan.Zero, cancellationToken);
        stage.Tell($"{standby.Name} replays at once again");
        await stage.WaitUntilAllServeAsync(cancellationToken);
        stage.Tell($"{standby.Name} serves reads again");
    }
}
