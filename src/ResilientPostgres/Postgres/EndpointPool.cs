using System.Data;
using Npgsql;
using ResilientPostgres.Client;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Postgres;

/// <summary>One generation's pool. It counts its sessions by their public state event: one cached delegate, no allocation.</summary>
sealed class EndpointPool : ISessionPool
{
    readonly NpgsqlDataSource _source;
    readonly EndpointGauge _gauge;
    readonly StateChangeEventHandler _count;

    public EndpointPool(EndpointSnapshot endpoint, NpgsqlDataSource source)
    {
        _source = source;
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
        var opening = _source.OpenConnectionAsync(cancellationToken);
        return opening.IsCompletedSuccessfully ? new ValueTask<NpgsqlConnection>(Counted(opening.Result)) : WaitAsync(opening);
    }

    /// <summary>Idle sessions end now, the others when they are closed. In the background: a hung server holds up a goodbye.</summary>
    public Task RetireAsync() => Task.Run(() => _source.DisposeAsync().AsTask());

    async ValueTask<NpgsqlConnection> WaitAsync(ValueTask<NpgsqlConnection> opening) => Counted(await opening.ConfigureAwait(false));

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
        }
        else if (change.CurrentState == ConnectionState.Open)
        {
            _gauge.Enter();
        }
    }
}
