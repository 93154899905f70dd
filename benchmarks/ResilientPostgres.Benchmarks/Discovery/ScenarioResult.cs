namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>What one scenario showed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rounds">How often the change was made.</param>
/// <param name="FailedReads">Reads that ended in an exception.</param>
/// <param name="FailedWrites">Writes that did, but for those that honestly ended in an unknown outcome.</param>
/// <param name="LostWrites">Acknowledged and not there in the end.</param>
/// <param name="DuplicatedWrites">There more than once.</param>
/// <param name="UnknownWrites">Of the writes that must not be repeated blindly.</param>
/// <param name="Pauses">Milliseconds without an acknowledged write: from the new primary's promotion on where servers were promoted, else the longest while.</param>
/// <param name="Promotions">Milliseconds that the servers took themselves to have another primary, where they did.</param>
/// <param name="Note">More for people.</param>
sealed record ScenarioResult(
    string Name,
    int Rounds,
    long FailedReads,
    long FailedWrites,
    long LostWrites,
    long DuplicatedWrites,
    long UnknownWrites,
    IReadOnlyList<double> Pauses,
    IReadOnlyList<double> Promotions,
    string Note)
{
    /// <summary>The same on servers made anew each time.</summary>
    public static async Task<ScenarioResult> OfAsync(int times, Func<Task<ScenarioResult>> one)
    {
        var all = await one();
        for (var i = 1; i < times; i++)
        {
            all = all.And(await one());
        }

        return all;
    }

    ScenarioResult And(ScenarioResult other) => this with
    {
        Rounds = Rounds + other.Rounds,
        FailedReads = FailedReads + other.FailedReads,
        FailedWrites = FailedWrites + other.FailedWrites,
        LostWrites = LostWrites + other.LostWrites,
        DuplicatedWrites = DuplicatedWrites + other.DuplicatedWrites,
        UnknownWrites = UnknownWrites + other.UnknownWrites,
        Pauses = [.. Pauses, .. other.Pauses],
        Promotions = [.. Promotions, .. other.Promotions],
    };
}
