namespace FailoverDemo.Scenario.Phases;

/// <summary>The killed server comes back, rewound, as a standby.</summary>
sealed class OldPrimaryRejoins : IPhase
{
    public string Name => "rejoin";

    public string Description => "The old primary comes back as a standby";

    public async Task RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var cluster = stage.Cluster;
        var old = cluster.Servers.First(server => !server.IsRunning);
        stage.Tell($"{old.Name} is rewound and started");
        await cluster.RejoinAsync(old, cancellationToken);
        stage.Tell($"{old.Name} follows {cluster.Primary.Name}");
        await stage.WaitUntilAllServeAsync(cancellationToken);
        await stage.HoldAsync(cancellationToken);
    }
}
