using System.Globalization;
using NpgsqlTypes;
using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.State;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing;

/// <summary>One server of a <see cref="FakePostgresCluster"/>.</summary>
public sealed class FakeServer
{
    internal FakeServer(FakePostgresCluster cluster, ServerState state, int number)
    {
        (Cluster, State) = (cluster, state);
        Name = "pg" + number.ToString(CultureInfo.InvariantCulture);
        Endpoint = new ServerEndpoint(this);
    }

    /// <summary>Its name in messages: <c>pg1</c> and so on.</summary>
    public string Name { get; }

    /// <summary>The address it listens on, always <c>127.0.0.1</c>.</summary>
    public string Host => PostgresServer.Loopback;

    /// <summary>The port it listens on. It never changes.</summary>
    public int Port => Endpoint.Port;

    /// <summary>What it is at the moment; <see cref="EndpointRole.Unknown"/> while it is down.</summary>
    public EndpointRole Role => !State.IsRunning ? EndpointRole.Unknown : State.IsInRecovery ? EndpointRole.Standby : EndpointRole.Primary;

    /// <summary>Whether it is up. A frozen one is.</summary>
    public bool IsRunning => State.IsRunning;

    /// <summary>Whether it answers nothing until it is thawed.</summary>
    public bool IsFrozen { get; internal set; }

    /// <summary>How far its log is: what a primary has written, what a standby has replayed.</summary>
    public NpgsqlLogSequenceNumber Position => new(State.Look(log => State.IsInRecovery ? log.Replayed : log.Received));

    /// <summary>The timeline it writes or follows.</summary>
    public uint Timeline => State.Look(static log => log.Timeline);

    /// <summary>How many sessions there are.</summary>
    public int SessionCount => Endpoint.Admitted;

    internal FakePostgresCluster Cluster { get; }

    internal ServerState State { get; }

    internal ServerEndpoint Endpoint { get; }

    internal ServerFaults Faults { get; } = new();

    internal AsyncGate Gate { get; } = new();

    /// <summary>Gives the name and the address.</summary>
    /// <returns>For example <c>pg1 (127.0.0.1:15432)</c>.</returns>
    public override string ToString() => $"{Name} ({Host}:{Port})";

    internal Session? Find(int processId) => Endpoint.Find(processId);

    internal void Admit(Session session)
    {
        if (Endpoint.Admitted >= Cluster.Options.MaxConnections)
        {
            throw new PostgresError("53300", "sorry, too many clients already", isFatal: true);
        }

        session.IsAdmitted = true;
    }

    internal bool Terminate(int processId)
    {
        var session = Find(processId);
        session?.Terminate(new PostgresError("57P01", "terminating connection due to administrator command", isFatal: true));
        return session is not null;
    }

    /// <param name="processId">Whose statement.</param>
    /// <param name="secret">Known to that session's client only; null where it was asked for by SQL.</param>
    internal bool Cancel(int processId, int? secret)
    {
        var session = Find(processId);
        if (session is null || (secret is not null && secret != session.Secret))
        {
            return false;
        }

        session.CancelStatement();
        return true;
    }
}
