namespace ResilientPostgres.Resilience;

/// <summary>A call whose first attempt has failed, as the retry pipeline sees it.</summary>
abstract class RepeatedCall
{
    /// <summary>The first time: whether the failure so far may be repeated. After that: one more attempt.</summary>
    /// <returns>Why it should be tried again; null when it is over, for good or ill.</returns>
    public abstract ValueTask<Exception?> NextAsync();

    /// <summary>The next attempt goes to another server, or waits for one: a pause would be lost time.</summary>
    public abstract bool IsRoutedAway { get; }

}
