namespace ResilientPostgres.Statements;

/// <summary>What a statement does to what is prepared in its session, behind the driver's back.</summary>
enum PreparationEffect
{
    None,

    /// <summary>PREPARE: a name is taken that no reset of the driver's frees.</summary>
    Prepares,

    /// <summary>DISCARD ALL, DEALLOCATE ALL: the driver's own are gone too.</summary>
    Forgets,
}
