using Npgsql;

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
        var owner = transaction.Connection.Owner;
        var held = transaction.Connection.Held;
        var control = owner.Cluster.Ports.Commits;
        using var command = new NpgsqlCommand(control.CaptureText(held.Connection), held.Connection);
        await held.ExecuteAsync(
            command.CommandText,
            command.CommandTimeout,
            capture,
            async token =>
            {
                var row = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (row.ConfigureAwait(false))
                {
                    await row.ReadAsync(token).ConfigureAwait(false);
                    capture.Proof = control.ReadCapture(held.Connection, row, owner.Topology.Current.SystemIdentifier ?? 0);
                    return true;
                }
            },
            cancellationToken).ConfigureAwait(false);
    }
}
