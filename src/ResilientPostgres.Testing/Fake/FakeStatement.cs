using ResilientPostgres.Testing.Sessions;

namespace ResilientPostgres.Testing;

/// <summary>A statement that a server of a <see cref="FakePostgresCluster"/> was asked to run, and what it came to.</summary>
public sealed class FakeStatement
{
    readonly FakeRequest _request;

    internal FakeStatement(FakeRequest request, FakeTransaction? transaction, DateTimeOffset at, bool isControl)
    {
        (_request, Transaction, At, IsControl) = (request, transaction, at, isControl);
        (Role, IsInTransaction) = (request.Role, request.IsInTransaction);
    }

    /// <summary>The text as it was sent: Npgsql has put <c>$1</c> for named parameters.</summary>
    public string Text => _request.Text;

    /// <summary>The parameters' values in .NET's types, in their order; null for a NULL.</summary>
    public IReadOnlyList<object?> Parameters => _request.Parameters;

    /// <summary>The server that was asked.</summary>
    public FakeServer Server => _request.Server;

    /// <summary>What that server was then.</summary>
    public EndpointRole Role { get; }

    /// <summary>When, by the cluster's clock.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The transaction it ran in, its own one where none was begun; null where it did not run.</summary>
    public FakeTransaction? Transaction { get; }

    /// <summary>Whether a transaction was begun around it.</summary>
    public bool IsInTransaction { get; }

    /// <summary>Whether the server answered by itself: the library's questions, the driver's, BEGIN and COMMIT, settings, SELECT 1.</summary>
    public bool IsControl { get; }

    /// <summary>Whether it wrote something.</summary>
    public bool IsWrite { get; internal set; }

    /// <summary>Whether it ran without an error and its transaction was committed: what it did counts.</summary>
    public bool IsCommitted => IsDone && Transaction?.Outcome == TransactionOutcome.Committed;

    /// <summary>Whether it ran without an error.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The error it ended with; null if there was none, or none that was told.</summary>
    public string? SqlState { get; private set; }

    /// <summary>How many rows it returned.</summary>
    public int RowCount { get; private set; }

    /// <summary>Server, role, text and parameters.</summary>
    /// <returns>For example <c>pg2 (Standby): SELECT title FROM posts WHERE id = $1 ($1 = 7)</c>.</returns>
    public override string ToString() => $"{Server.Name} ({Role}): {_request}{(SqlState is null ? "" : " → " + SqlState)}";

    internal void Succeed(Outcome outcome) => (IsDone, RowCount) = (true, outcome.Rows.Count);

    internal void Fail(string? sqlState) => SqlState = sqlState;
}
