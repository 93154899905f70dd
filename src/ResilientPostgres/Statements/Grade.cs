namespace ResilientPostgres.Statements;

/// <summary>What is known of a function, relation or operator of the cluster; of several that share a name the worst.</summary>
enum Grade
{
    /// <summary>Nothing.</summary>
    Unknown,

    /// <summary>Comes with PostgreSQL and changes nothing.</summary>
    BuiltIn,

    /// <summary>Changes no data, as it declares; what it leaves in its session is not known.</summary>
    Safe,

    /// <summary>May change something.</summary>
    Unsafe,
}
