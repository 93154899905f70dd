using System.Data;
using Npgsql;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Sessions;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Client;

/// <summary>Ports without a server: sessions are closed connections, opening fails as told, aborts are counted.</summary>
sealed class FakeSessions : ISessionPools, ISessionPool, ISessionControl, IEndpointProbe
{
    public Queue<Exception> OpenFailures { get; } = new();

    public int Opened { get; private set; }

    public int Aborted { get; private set; }

    public bool IsInRecovery { get; init; }

    public Endpoint Endpoint { get; } = new("a");

    public int Generation => 1;

    public EndpointGauge Gauge { get; } = new();

    public InFlightList InFlight { get; } = new();

    public bool Prepares => false;

    public IReadOnlyList<ISessionPool> Live => [this];

    public ISessionPool For(EndpointSnapshot endpoint) => this;

    public void Retire(TopologySnapshot snapshot)
    {
    }

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken, StateChangeEventHandler? watcher = null)
    {
        Opened++;
        return OpenFailures.TryDequeue(out var failure) ? ValueTask.FromException<NpgsqlConnection>(failure) : new ValueTask<NpgsqlConnection>(new NpgsqlConnection());
    }

    public NpgsqlConnection Open(bool forStatement) => OpenAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public ValueTask<NpgsqlConnection> OpenForStatementAsync(CancellationToken cancellationToken) => OpenAsync(cancellationToken);

    public bool TryAbort(NpgsqlConnection connection)
    {
        Aborted++;
        return true;
    }

    /// <summary>What an idle session answers when asked; null is a sign of life.</summary>
    public Exception? Answer { get; set; }

    public bool HasUnread(NpgsqlConnection connection) => Answer is not null;

    public Task<Exception?> AskAsync(NpgsqlConnection connection)
    {
        var answer = Answer;
        Answer = null;
        return Task.FromResult(answer);
    }

    public Task DiscardAsync(NpgsqlConnection connection) => connection.DisposeAsync().AsTask();

    public Task<bool> IsInRecoveryAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => Task.FromResult(IsInRecovery);

    /// <summary>The monitor never gets through: what is known of the server is what the test says.</summary>
    public Task<IProbeSession> ConnectAsync(Endpoint endpoint, CancellationToken cancellationToken) =>
        Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith<IProbeSession>(static _ => throw new OperationCanceledException(), TaskScheduler.Default);

    public Task<NpgsqlConnection> OpenAsync(Endpoint endpoint, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ForgetAsync(Endpoint endpoint) => Task.CompletedTask;

    public ValueTask DisposeAsync() => default;
}
