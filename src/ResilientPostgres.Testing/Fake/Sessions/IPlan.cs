using ResilientPostgres.Testing.Values;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>What is going to answer a statement.</summary>
internal interface IPlan
{
    /// <summary>The columns of its rows; null if it has no rows.</summary>
    IReadOnlyList<Column>? Columns { get; }

    /// <summary>Whether the server answers by itself, and not by what the test said.</summary>
    bool IsControl { get; }

    /// <summary>Refuses what can't be run here, before anything is said about it.</summary>
    void Start(Session session)
    {
    }

    ValueTask<Outcome> ExecuteAsync(Session session, object?[] parameters);
}
