using System.Data;
using Npgsql;
using ResilientPostgres.Sessions;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Postgres;

/// <summary>
/// One generation's pool. It counts its sessions by their public state event: one cached delegate, no allocation. New physical
/// connections are opened a few at a time.
/// </summary>
sealed class EndpointPool : ISessionPool
{
    // Enough to hide the round trips of a connect, few enough for a small server to start that many processes at once.
    const int OpeningAtOnce = 8;

    readonly NpgsqlDataSource _source;
    readonly OpenGate _gate;
    readonly EndpointGauge _gauge;
    readonly StateChangeEventHandler _count;

    public EndpointPool(EndpointSnapshot endpoint, NpgsqlDataSource source, TimeProvider time)
    {
        _source = source;
        _gate = Gate(endpoint.Endpoint, source.ConnectionString, time);
        _gauge = endpoint.Gauge;
        _count = Count;
        Endpoint = endpoint.Endpoint;
        Generation = endpoint.Generation;
    }

    public Endpoint Endpoint { get; }

    public int Generation { get; }

    public InFlightList InFlight { get; } = new();

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_gate.IsFull)
        {
            return QueueAsync(cancellationToken);
        }

        var opening = _source.OpenConnectionAsync(cancellationToken);
        return opening.IsCompletedSuccessfully ? new ValueTask<NpgsqlConnection>(Counted(opening.Result)) : WaitAsync(opening);
    }

    /// <summary>Idle sessions end now, the others when they are closed. In the background: a hung server holds up a goodbye.</summary>
    public Task RetireAsync() => Task.Run(() => _source.DisposeAsync().AsTask());

    async ValueTask<NpgsqlConnection> WaitAsync(ValueTask<NpgsqlConnection> opening)
    {
        _gate.Enter();
        try
        {
            return Counted(await opening.ConfigureAwait(false));
        }
        finally
        {
            _gate.Leave();
        }
    }

    async ValueTask<NpgsqlConnection> QueueAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        var opening = _source.OpenConnectionAsync(cancellationToken);
        return opening.IsCompletedSuccessfully ? Counted(opening.Result) : await WaitAsync(opening).ConfigureAwait(false);
    }

    static OpenGate Gate(Endpoint endpoint, string connectionString, TimeProvider time)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var patience = settings.Timeout == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(settings.Timeout);
        return new OpenGate(OpeningAtOnce, patience, time, () => new NpgsqlException(
            $"The connection pool of {endpoint.Name} has been exhausted: no session came free within {settings.Timeout} s. Raise 'Maximum Pool Size' (now {settings.MaxPoolSize} and the monitor's) or 'Timeout'.",
            new TimeoutException()));
    }

    NpgsqlConnection Counted(NpgsqlConnection connection)
    {
        _gauge.Enter();
        connection.StateChange += _count;
        return connection;
    }

    void Count(object sender, StateChangeEventArgs change)
    {
        if (change.OriginalState == ConnectionState.Open)
        {
            _gauge.Leave();
            _gate.WakeOne();
        }
        else if (change.CurrentState == ConnectionState.Open)
        {
            _gauge.Enter();
        }
    }
}
