namespace ResilientPostgres.Client;

/// <summary>
/// Notes a transaction's proof by a round trip of its own, for a statement whose reader must begin with that statement: EF Core asks a reader for the rows of its first,
/// second, third statement.
/// </summary>
static class TransactionNote
{
    /// <param name="transaction">The transaction; nothing is done if the proof is noted already, or not wanted.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task TakeAsync(ResilientTransaction transaction, CancellationToken cancellationToken)
    {
        var capture = transaction.Capture;
        if (transaction.IsOver || !capture.IsDue(mayWrite: true))
        {
            return;
        }

        capture.IsReadOnlySoFar = false;
        await BoundExecution.NoteAsync(transaction.Connection, transaction, cancellationToken).ConfigureAwait(false);
    }
}
