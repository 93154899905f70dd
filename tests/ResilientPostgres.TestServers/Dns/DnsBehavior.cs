namespace ResilientPostgres.TestServers;

/// <summary>How questions about a name are answered.</summary>
sealed record DnsBehavior(DnsFault Fault, TimeSpan Delay)
{
    internal static DnsBehavior Normal { get; } = new(DnsFault.None, TimeSpan.Zero);
}
