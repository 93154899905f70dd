namespace FailoverDemo.Scenario.Phases;

/// <summary>The answers to COMMIT are cut off while the primary is replaced; what became of each transaction is found out.</summary>
sealed class LostReplies : IPhase
{
    const int Transactions = 40;

    public string Name => "lost commit replies";

    public string Description => "a switchover, and every answer to a COMMIT of forty transactions is cut off on its way back";

    public async Task RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        await using var cut = await CutOffClient.StartAsync(stage.Cluster, cancellationToken);
        var working = cut.RunAsync(Transactions, cancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
        await stage.Cluster.SwitchoverAsync(stage.Cluster.Standbys[0], cancellationToken);
        await working;
        var wrong = await cut.CountWrongAsync(cancellationToken);
        stage.Tell($"{Transactions} answers to COMMIT lost: {cut.FoundOut} found out to be committed, {cut.DoneAgain} found out not to be, and done again, {cut.Unknown} unknown; {wrong} wrong");
        await stage.WaitUntilAllServeAsync(cancellationToken);
        await stage.HoldAsync(cancellationToken);
    }
}
