using ResilientPostgres.Options;


namespace ResilientPostgres;

/// <summary>Where single statements run: those that provably only read on a standby, all else on the primary.</summary>
public sealed class StatementRoutingOptions
{
    /// <summary>Whether statements are routed one by one. Without, commands and connections use the primary, and only <c>ReadAsync</c> reads on standbys.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Functions that only read, whatever they declare; <c>*</c> stands for any characters. Names as stored: in lower case unless created in quotes.</summary>
    public IList<string> ReadOnlyFunctions { get; init; } = [];

    /// <summary>Functions that may change something, whatever they declare; counts before <see cref="ReadOnlyFunctions"/>.</summary>
    public IList<string> WriteFunctions { get; init; } = [];

    /// <summary>Rules that send some statements to servers with a label; the first that fits counts.</summary>
    public IList<RoutingRuleOptions> Rules { get; init; } = [];

    /// <summary>How often what is known of the cluster's functions and views is read anew.</summary>
    /// <value>The default value is 5 minutes; 1 second to 1 day.</value>
    public TimeSpan CatalogRefreshInterval { get; set; } = Defaults.CatalogRefreshInterval;

    /// <summary>For how many texts the verdict is remembered.</summary>
    /// <value>The default value is 4096; 16 to 1,000,000.</value>
    public int CachedStatements { get; set; } = Defaults.CachedStatements;

    /// <summary>
    /// How many texts may be prepared on the sessions they run on, each from its sixth use on: single queries and changes of rows whose literals mean the same always, executed asynchronously by commands of
    /// this library. On the sessions for proven reads it is what the driver prepares by itself. 0 for none; not where the connection string says <c>Max Auto Prepare</c>. Set it behind a
    /// PgBouncer in transaction mode only from version 1.21 on, with <c>max_prepared_statements</c> above 0; pgpool binds a prepared read to the server that it chose for it once.
    /// </summary>
    /// <value>The default is 100, and through a pooler, named or seen, 0; up to 10,000.</value>
    public int? PreparedStatements { get; set; }
}
