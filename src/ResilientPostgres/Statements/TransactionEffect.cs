namespace ResilientPostgres.Statements;

/// <summary>Whether a transaction is open after a text, as far as the text decides it.</summary>
enum TransactionEffect
{
    None,
    Begins,
    Ends,
}
