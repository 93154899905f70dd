using System.Data;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Routing;
using ResilientPostgres.Sessions;

namespace ResilientPostgres;

public sealed partial class ResilientDataSource
{
    /// <summary>
    /// Opens one of Npgsql's own connections, for COPY, LISTEN, binary import and anything else of Npgsql's. Where it goes is decided
    /// once, now; opening is repeated as needed, all else is the caller's. Close it as soon as it is done with.
    /// </summary>
    /// <param name="preference">Where it may go; the default of the options if not given.</param>
    /// <param name="cancellationToken">Ends the waiting at once.</param>
    /// <returns>An open connection.</returns>
    /// <exception cref="NoSuitableEndpointException">No endpoint would do within the total timeout.</exception>
    public ValueTask<NpgsqlConnection> OpenNpgsqlConnectionAsync(ReadPreference? preference = null, CancellationToken cancellationToken = default)
    {
        _cluster.EnsureStarted();
        var request = _router.Request(preference, isRead: false);
        request = request.Preference != ReadPreference.Primary ? _cluster.Freshness.Require(request with { IsRead = true }, null, null) : request;
        var isAsked = request.Floor is not null && _cluster.Freshness.IsWorthAsking(request);
        if (isAsked || _router.TryChoose(request) is not { } pool)
        {
            return OpenSlowAsync(request, null, default, cancellationToken);
        }

        var opening = pool.OpenAsync(cancellationToken, WatcherOf(pool));
        return opening.IsCompletedSuccessfully && _cluster.Freshness.Missing(request.Floor, pool.Endpoint, pool.Generation, pool.Gauge) == 0
            ? Chosen(opening, request, pool)
            : OpenSlowAsync(request, pool, opening, cancellationToken);
    }

    ValueTask<NpgsqlConnection> Chosen(ValueTask<NpgsqlConnection> opened, in RoutingRequest request, ISessionPool pool)
    {
        _cluster.Freshness.Chosen(request, pool.Endpoint);
        return opened;
    }

    /// <summary>What is written on one of the primary's can't be seen, but that it was closed can.</summary>
    StateChangeEventHandler? WatcherOf(ISessionPool pool) => _cluster.Store.Current.IsPrimary(pool.Endpoint) ? _closed ??= NoteClosed : null;

    void NoteClosed(object sender, StateChangeEventArgs change)
    {
        if (change.CurrentState == ConnectionState.Closed)
        {
            _cluster.Freshness.Wrote();
        }
    }

    StateChangeEventHandler? _closed;

    /// <summary>
    /// Runs a read, on a standby by default. It may run more than once, also after an attempt whose outcome is unknown, and
    /// is ended and run elsewhere when its server goes down; so it must only read, and pass on the token it is given.
    /// </summary>
    /// <typeparam name="T">What it returns; nothing that still needs the connection.</typeparam>
    /// <param name="work">The work, on one of Npgsql's own connections, which is closed when it returns.</param>
    /// <param name="preference">Where it may run; the default of the options if not given.</param>
    /// <param name="cancellationToken">Ends the call at once, also on a server that hangs.</param>
    /// <returns>What the work returned.</returns>
    /// <exception cref="NoSuitableEndpointException">No endpoint would do within the total timeout.</exception>
    /// <exception cref="NpgsqlException">It failed for good: the last attempt's error.</exception>
    public Task<T> ReadAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, ReadPreference? preference = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        _cluster.EnsureStarted();
        var request = _cluster.Freshness.Require(_router.Request(preference, isRead: true), null, null);
        return _unitOfWork.RunAsync(work, new WorkRequest(request, OperationSafety.ReadOnly), cancellationToken);
    }

    /// <inheritdoc cref="ReadAsync{T}(Func{NpgsqlConnection, CancellationToken, Task{T}}, ReadPreference?, CancellationToken)"/>
    /// <param name="work">The work, on one of Npgsql's own connections, which is closed when it returns.</param>
    /// <param name="options">Where it may run, and what it must see.</param>
    /// <param name="cancellationToken">Ends the call at once, also on a server that hangs.</param>
    public Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, ReadOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(options);
        _cluster.EnsureStarted();
        var asked = _router.Request(options.Preference, isRead: true);
        var request = _cluster.Freshness.Require(asked with { MaxLag = options.MaxReplicationLag ?? asked.MaxLag }, options.ConsistencyToken, null);
        return _unitOfWork.RunAsync(work, new WorkRequest(request, OperationSafety.ReadOnly), cancellationToken);
    }

    /// <summary>
    /// Runs a write on the primary. It is repeated when nothing had been sent, when the session proves to have been on a standby
    /// all along, and otherwise only as far as <paramref name="safety"/> allows.
    /// </summary>
    /// <typeparam name="T">What it returns; nothing that still needs the connection.</typeparam>
    /// <param name="work">The work, on one of Npgsql's own connections, which is closed when it returns.</param>
    /// <param name="safety">What a second run would do; <see cref="OperationSafety.NonIdempotent"/> unless said otherwise.</param>
    /// <param name="cancellationToken">Ends the call at once, also on a server that hangs; the message says if the write may have been applied.</param>
    /// <returns>What the work returned.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="safety"/> is neither of the two that fit a write.</exception>
    /// <exception cref="OutcomeUnknownException">It was sent, no final answer came, and it may not be repeated.</exception>
    /// <exception cref="NoSuitableEndpointException">There was no primary within the total timeout; nothing was sent.</exception>
    /// <exception cref="PostgresException">The server refused it.</exception>
    public Task<T> WriteAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        OperationSafety safety = OperationSafety.NonIdempotent,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (safety is not (OperationSafety.Idempotent or OperationSafety.NonIdempotent))
        {
            throw new ArgumentOutOfRangeException(nameof(safety), safety, "A write is Idempotent or NonIdempotent; what only reads belongs in ReadAsync, with ReadPreference.Primary if need be.");
        }

        _cluster.EnsureStarted();
        return _unitOfWork.RunAsync(work, new WorkRequest(_router.Request(ReadPreference.Primary, isRead: false), safety), cancellationToken);
    }

    /// <inheritdoc cref="ReadAsync{T}(Func{NpgsqlConnection, CancellationToken, Task{T}}, ReadPreference?, CancellationToken)"/>
    public Task ReadAsync(Func<NpgsqlConnection, CancellationToken, Task> work, ReadPreference? preference = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return ReadAsync(WithoutResult(work), preference, cancellationToken);
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(
        Func<NpgsqlConnection, CancellationToken, Task> work,
        OperationSafety safety = OperationSafety.NonIdempotent,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return WriteAsync(WithoutResult(work), safety, cancellationToken);
    }

    static Func<NpgsqlConnection, CancellationToken, Task<bool>> WithoutResult(Func<NpgsqlConnection, CancellationToken, Task> work) =>
        async (connection, token) =>
        {
            await work(connection, token).ConfigureAwait(false);
            return true;
        };

    async ValueTask<NpgsqlConnection> OpenSlowAsync(
        RoutingRequest request, ISessionPool? pool, ValueTask<NpgsqlConnection> opening, CancellationToken cancellationToken)
    {
        var session = await _unitOfWork.OpenAsync(request, pool, opening, cancellationToken).ConfigureAwait(false);
        session.Connection.StateChange += WatcherOf(session.Pool); // Perhaps for the second time, which does no harm.
        return session.Connection;
    }
}
