namespace ResilientPostgres;

/// <summary>Which writes a read is sure to see.</summary>
public enum Consistency
{
    /// <summary>None in particular: reads are as fresh as the limit on lag says. Scopes are ignored; tokens given with a call still count.</summary>
    None,

    /// <summary>Outside a <see cref="ConsistencyScope"/> all that were made through the same data source in this process; inside one, the scope's own.</summary>
    Process,

    /// <summary>Inside a <see cref="ConsistencyScope"/> the scope's own; outside none in particular.</summary>
    Scope,
}
