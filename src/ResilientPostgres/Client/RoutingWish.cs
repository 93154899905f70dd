namespace ResilientPostgres.Client;

/// <summary>What its caller says of where a command may run. Most say nothing, and their commands should not be larger for it.</summary>
sealed record RoutingWish(ReadPreference? Preference, TimeSpan? MaxLag, ConsistencyToken? Token = null)
{
    public static readonly RoutingWish None = new(null, null);
}
