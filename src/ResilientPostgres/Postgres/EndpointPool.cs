using System.Data;
using Npgsql;
using ResilientPostgres.Sessions;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Postgres;

/// <summary>
/// One generation's sessions, of two kinds under one limit. Npgsql resets a session on its way back, for it can't know what was done on it; after a
/// statement of which we do know there is nothing to be reset, and what is prepared on the session may stay.
/// </summary>
sealed class EndpointPool(EndpointSnapshot endpoint, SessionSource sessions, SessionSource? statements, bool prepares) : ISessionPool
{
    public Endpoint Endpoint { get; } = endpoint.Endpoint;

    public int Generation { get; } = endpoint.Generation;

    public EndpointGauge Gauge { get; } = endpoint.Gauge;

    public InFlightList InFlight { get; } = new();

    public bool Prepares { get; } = prepares;

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken, StateChangeEventHandler? watcher = null) =>
        sessions.OpenAsync(cancellationToken, watcher);

    public NpgsqlConnection Open(bool forStatement) => forStatement && statements is { IsExhausted: false } ? statements.Open() : sessions.Open();

    public ValueTask<NpgsqlConnection> OpenForStatementAsync(CancellationToken cancellationToken) =>
        statements is null or { IsExhausted: true } ? sessions.OpenAsync(cancellationToken) : statements.OpenAsync(cancellationToken);

    public Task RetireAsync() => statements is null ? sessions.RetireAsync() : Task.WhenAll(sessions.RetireAsync(), statements.RetireAsync());
}
