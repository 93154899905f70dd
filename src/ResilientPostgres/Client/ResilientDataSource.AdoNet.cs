using System.Data.Common;
using ResilientPostgres.Calls;
using ResilientPostgres.Routing;
using ResilientPostgres.Sessions;

namespace ResilientPostgres;

public sealed partial class ResilientDataSource
{
    /// <summary>
    /// A closed connection for Dapper, EF Core and any ADO.NET code. What it runs outside a transaction goes to a standby if it provably only reads, all else to the primary.
    /// </summary>
    /// <returns>The connection.</returns>
    public new ResilientConnection CreateConnection() => new Client.SeenByDapper.NpgsqlConnection(this);

    /// <summary>As <see cref="CreateConnection"/>, opened.</summary>
    /// <returns>The open connection. It takes a session when it needs one.</returns>
    public new ResilientConnection OpenConnection()
    {
        var connection = CreateConnection();
        connection.Open();
        return connection;
    }

    /// <summary>As <see cref="CreateConnection"/>, opened.</summary>
    /// <param name="cancellationToken">Ends the waiting at once.</param>
    /// <returns>The open connection. It takes a session when it needs one.</returns>
    public new async ValueTask<ResilientConnection> OpenConnectionAsync(CancellationToken cancellationToken = default)
    {
        var connection = CreateConnection();
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        return connection;
    }

    /// <summary>A command without a connection: it takes a session for its execution alone, on a standby if it provably only reads, else on the primary.</summary>
    /// <param name="commandText">The SQL.</param>
    /// <returns>The command.</returns>
    public new ResilientCommand CreateCommand(string? commandText = null) => new(this, null) { CommandText = commandText ?? "" };

    /// <summary>A batch without a connection: it takes a session for its execution alone, on a standby if all of it provably only reads, else on the primary.</summary>
    /// <returns>The batch.</returns>
    public new ResilientBatch CreateBatch() => new(this);

    /// <inheritdoc/>
    protected override DbConnection CreateDbConnection() => CreateConnection();

    /// <inheritdoc/>
    protected override DbConnection OpenDbConnection() => OpenConnection();

    /// <inheritdoc/>
    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default) =>
        await OpenConnectionAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand(string? commandText = null) => CreateCommand(commandText);

    /// <inheritdoc/>
    protected override DbBatch CreateDbBatch() => new ResilientBatch(this);

    /// <summary>As <see cref="AcquirePrimaryAsync"/>, on the caller's thread as long as nothing goes wrong.</summary>
    internal Session AcquirePrimaryNow()
    {
        _cluster.EnsureStarted();
        if (_router.TryChoose(_router.Request(ReadPreference.Primary, isRead: false)) is { } pool)
        {
            try
            {
                return new Session(pool.Open(forStatement: false), pool);
            }
            catch (Exception e) when (e is Npgsql.NpgsqlException or ObjectDisposedException)
            {
                // What to make of it is found out below, where it happens again or not.
            }
        }

        return Blocking.End(AcquirePrimaryAsync(CancellationToken.None));
    }

    internal ValueTask<Session> AcquirePrimaryAsync(CancellationToken cancellationToken)
    {
        _cluster.EnsureStarted();
        return _unitOfWork.OpenAsync(_router.Request(ReadPreference.Primary, isRead: false), null, default, cancellationToken);
    }
}
