using ResilientPostgres.Client;

namespace ResilientPostgres;

/// <summary>Where a read may run, and what it must see.</summary>
public sealed record ReadOptions
{
    /// <summary>Where it may run.</summary>
    /// <value>The default is that of the options.</value>
    public ReadPreference? Preference { get; init; }

    /// <summary>How far a standby that reads for it may be behind. Less than three probe intervals costs a question to the primary now and again.</summary>
    /// <value>The default is that of the options.</value>
    public TimeSpan? MaxReplicationLag { get; init => field = LagLimit.Checked(value); }

    /// <summary>A position that it must see. It counts beside what the options and scopes say.</summary>
    /// <value>The default is none.</value>
    public ConsistencyToken? ConsistencyToken { get; init; }
}
