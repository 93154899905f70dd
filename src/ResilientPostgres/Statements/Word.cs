namespace ResilientPostgres.Statements;

/// <summary>What is known of a word.</summary>
/// <param name="Id">Which it is, if the classifier looks for it.</param>
/// <param name="Roles">What it may stand for.</param>
readonly record struct Word(WordId Id, WordRoles Roles)
{
    public bool Is(WordRoles role) => (Roles & role) != 0;
}
