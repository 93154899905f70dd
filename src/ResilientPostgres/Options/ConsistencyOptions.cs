using ResilientPostgres.Options;


namespace ResilientPostgres;

/// <summary>Which writes reads are sure to see.</summary>
public sealed class ConsistencyOptions
{
    /// <summary>Whose writes a read sees for certain.</summary>
    /// <value>The default value is <see cref="Consistency.Process"/>.</value>
    public Consistency Level { get; set; } = Consistency.Process;

    /// <summary>
    /// How long a read waits for a standby that is still replaying what it must see, before it goes to the primary. Not above <see cref="ResilientPostgresOptions.AttemptTimeout"/>.
    /// </summary>
    /// <value>The default value is 5 milliseconds; 0 for not at all.</value>
    public TimeSpan StandbyWait { get; set; } = Defaults.StandbyWait;
}
