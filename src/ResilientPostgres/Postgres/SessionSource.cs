using System.Data;
using Npgsql;
using ResilientPostgres.Passwords;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Postgres;

/// <summary>
/// Sessions of one kind on one server. It counts them by their public state event: one cached delegate, no allocation. New physical
/// connections are opened a few at a time.
/// </summary>
sealed class SessionSource
{
    // Enough to hide the round trips of a connect, few enough for a small server to start that many processes at once.
    const int OpeningAtOnce = 8;

    readonly NpgsqlDataSource _source;
    readonly EndpointPassword? _password;
    readonly OpenGate _gate;
    readonly EndpointGauge _gauge;
    readonly StateChangeEventHandler _count;
    readonly int _size;
    int _inUse;

    /// <summary>The last watcher, and one delegate for it and us: two handlers on one connection make the framework allocate.</summary>
    Watching? _watching;

    public SessionSource(EndpointSnapshot endpoint, NpgsqlDataSource source, EndpointPassword? password, TimeProvider time)
    {
        _source = source;
        _password = password;
        _gauge = endpoint.Gauge;
        _count = Count;
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        _size = settings.MaxPoolSize;
        _gate = Gate(endpoint.Endpoint, settings, time);
    }

    /// <summary>All are in use, as far as we gave them out.</summary>
    public bool IsExhausted => Volatile.Read(ref _inUse) >= _size;

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken, StateChangeEventHandler? watcher = null)
    {
        if (_gate.IsFull)
        {
            return QueueAsync(watcher, cancellationToken);
        }

        var password = _password?.Version ?? 0;
        var opening = _source.OpenConnectionAsync(cancellationToken);
        return opening.IsCompletedSuccessfully ? new ValueTask<NpgsqlConnection>(Counted(opening.Result, watcher)) : WaitAsync(opening, password, watcher, cancellationToken);
    }

    /// <summary>On the caller's thread: those who wait so are as few as their threads, and need no queue.</summary>
    public NpgsqlConnection Open() => Counted(LoginRetry.Open(_source, _password), null);

    /// <summary>Idle sessions end now, the others when they are closed. In the background: a hung server holds up a goodbye.</summary>
    public Task RetireAsync() => Task.Run(() => _source.DisposeAsync().AsTask());

    async ValueTask<NpgsqlConnection> WaitAsync(ValueTask<NpgsqlConnection> opening, int password, StateChangeEventHandler? watcher, CancellationToken cancellationToken)
    {
        _gate.Enter();
        try
        {
            return Counted(await LoginRetry.EndAsync(_source, _password, password, opening, cancellationToken).ConfigureAwait(false), watcher);
        }
        finally
        {
            _gate.Leave();
        }
    }

    async ValueTask<NpgsqlConnection> QueueAsync(StateChangeEventHandler? watcher, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        var password = _password?.Version ?? 0;
        var opening = _source.OpenConnectionAsync(cancellationToken);
        return opening.IsCompletedSuccessfully ? Counted(opening.Result, watcher) : await WaitAsync(opening, password, watcher, cancellationToken).ConfigureAwait(false);
    }

    static OpenGate Gate(Endpoint endpoint, NpgsqlConnectionStringBuilder settings, TimeProvider time)
    {
        var patience = settings.Timeout == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(settings.Timeout);
        return new OpenGate(OpeningAtOnce, patience, time, () => new NpgsqlException(
            $"The connection pool of {endpoint.Name} has been exhausted: no session came free within {settings.Timeout} s. Raise 'Maximum Pool Size' (of which {settings.MaxPoolSize} are for this) or 'Timeout'.",
            new TimeoutException()));
    }

    NpgsqlConnection Counted(NpgsqlConnection connection, StateChangeEventHandler? watcher)
    {
        Enter();
        connection.StateChange += watcher is null ? _count : With(watcher);
        return connection;
    }

    StateChangeEventHandler With(StateChangeEventHandler watcher) =>
        Volatile.Read(ref _watching) is { } watching && watching.Watcher == watcher ? watching.Both : Combine(watcher);

    StateChangeEventHandler Combine(StateChangeEventHandler watcher)
    {
        StateChangeEventHandler both = (sender, change) =>
        {
            Count(sender, change);
            watcher(sender, change);
        };
        Volatile.Write(ref _watching, new Watching(watcher, both));
        return both;
    }

    void Enter()
    {
        _gauge.Enter();
        Interlocked.Increment(ref _inUse);
    }

    void Count(object sender, StateChangeEventArgs change)
    {
        if (change.OriginalState == ConnectionState.Open)
        {
            _gauge.Leave();
            Interlocked.Decrement(ref _inUse);
            _gate.WakeOne();
        }
        else if (change.CurrentState == ConnectionState.Open)
        {
            Enter();
        }
    }

    sealed record Watching(StateChangeEventHandler Watcher, StateChangeEventHandler Both);
}
