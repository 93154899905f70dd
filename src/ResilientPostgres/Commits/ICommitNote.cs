using Npgsql;

namespace ResilientPostgres.Commits;

/// <summary>The statement that notes a transaction's proof inside of it.</summary>
interface ICommitNote
{
    /// <summary>Put before the first statement that may write. One row, and none of it counts as affected.</summary>
    string CaptureText(NpgsqlConnection connection, TransactionCapture capture);

    /// <summary>The same text each time, which is worth preparing: what <see cref="CaptureText"/> returns on a session that is known already. Null where each is another.</summary>
    string? SteadyText { get; }

    /// <summary>Reads what <see cref="CaptureText"/> returns.</summary>
    ICommitProof ReadCapture(NpgsqlConnection connection, TransactionCapture capture, NpgsqlDataReader row, long systemIdentifier);

    /// <summary>Notes the proof, or makes sure of it, by a round trip of its own, if the transaction has written anything.</summary>
    Task<ICommitProof?> CaptureAsync(NpgsqlConnection connection, TransactionCapture capture, long systemIdentifier, CancellationToken cancellationToken);
}
