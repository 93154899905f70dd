using ResilientPostgres.Testing;

namespace FailoverDemo.Scenario.Phases;

/// <summary>The primary dies without a word. As an HA manager would, the demo promotes the standby that has received the most.</summary>
sealed class PrimaryKilled : IPhase
{
    public string Name => "kill";

    public string Description => "The primary is killed";

    public async Task RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var cluster = stage.Cluster;
        var killed = cluster.Primary;
        stage.Tell($"SIGKILL to {killed.Name}");
        stage.Score.WritePause.Restart();
        await cluster.KillAsync(killed, KillScope.AllProcesses, cancellationToken);
        var gone = DemoClock.Now;

        var next = await cluster.MostAdvancedStandbyAsync(cancellationToken);
        var decided = DemoClock.Now - gone;
        stage.Score.PromotedAfter = decided + await cluster.PromoteAsync(next, cancellationToken: cancellationToken);
        stage.Tell($"{next.Name} promoted {stage.Score.PromotedAfter.Value.TotalMilliseconds:F0} ms after the kill");
        await stage.HoldAsync(cancellationToken);
    }
}
