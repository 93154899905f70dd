using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using NpgsqlTypes;
using ResilientPostgres.Calls;
using ResilientPostgres.Faults;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Postgres;
using ResilientPostgres.Settings;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Client;

/// <summary>The real unit of work over fake sessions, one primary, and a clock that is moved until a call has ended.</summary>
sealed class WorkBench : IAsyncDisposable
{
    /// <summary>What the test says of the server must not be overtaken by the moving of the clock: the older of two observations counts for nothing.</summary>
    readonly Lock _order = new();
    readonly FakeTimeProvider _time = new();
    readonly Cluster _cluster;
    readonly UnitOfWork _work;

    public WorkBench(Action<ResilientPostgresOptions>? configure = null, bool isInRecovery = false)
    {
        Sessions = new FakeSessions { IsInRecovery = isInRecovery };
        var options = new ResilientPostgresOptions { ConnectionString = "Host=a" };
        configure?.Invoke(options);
        var ports = new ClusterPorts(Sessions, Sessions, Sessions, new CommitControl(canKnowSession: false), new TokenControl(_time), new CatalogReader(), new PositionControl());
        _cluster = new Cluster("test", ResilientSettings.Freeze(options), (_, _) => ports, new MonotonicClock(_time), new RandomSource(1), new ResilienceStrategies(), NullLogger.Instance).Assemble();
        _work = new UnitOfWork(_cluster, new Router(_cluster));
        Confirm();
    }

    public FakeSessions Sessions { get; }

    /// <summary>While false, a suspected server stays suspected.</summary>
    public bool IsServerWell { get; set; } = true;

    /// <summary>Sessions that are still in somebody's hands though their callers have gone.</summary>
    public int Orphans => _cluster.Reaper.Count;

    public int Runs { get; private set; }

    /// <summary>Runs the work, which fails with each of these in turn and then succeeds.</summary>
    public Task<int> RunAsync(OperationSafety safety, params Exception[] failures) =>
        RunAsync(safety, _ => Runs <= failures.Length ? Task.FromException<int>(failures[Runs - 1]) : Task.FromResult(Runs));

    public async Task<int> RunAsync(OperationSafety safety, Func<CancellationToken, Task<int>> work, bool isAtomic = false, CancellationToken caller = default)
    {
        Task<int> Run(NpgsqlConnection connection, CancellationToken token)
        {
            Runs++;
            return work(token);
        }

        var routing = new ResilientPostgres.Routing.RoutingRequest(ReadPreference.Primary, TimeSpan.FromSeconds(2));
        var call = Task.Run(() => _work.RunAsync(Run, new WorkRequest(routing, safety, isAtomic ? WorkKind.Statement : WorkKind.Delegate), caller), CancellationToken.None);
        for (var moved = TimeSpan.Zero; !call.IsCompleted; moved += TimeSpan.FromMilliseconds(5))
        {
            Assert.True(moved < TimeSpan.FromMinutes(5), "the call did not end within five minutes of its own clock");
            lock (_order)
            {
                if (IsServerWell)
                {
                    Confirm();
                }

                _time.Advance(TimeSpan.FromMilliseconds(5));
            }

            // The clock must not outrun the threads that work by it.
            for (var i = 0; i < 50 && !call.IsCompleted; i++)
            {
                await Task.Yield();
            }
        }

        return await call;
    }

    /// <summary>The server is gone, and comes back, restarted, 50 ms later.</summary>
    public void GoDown()
    {
        lock (_order)
        {
            _cluster.Monitor.Report(new Observation.ProbeFailed(
                new Endpoint("a"), _cluster.Clock.Now + TimeSpan.FromMilliseconds(50), ProbeFailure.Unreachable, "gone"));
        }
    }

    public ValueTask DisposeAsync() => default;

    void Confirm()
    {
        var now = _cluster.Clock.Now;
        var facts = new ServerFacts(false, false, 1, DateTime.UnixEpoch, new NpgsqlLogSequenceNumber(100), 1, null);
        _cluster.Monitor.Report(new Observation.Probed(new Endpoint("a"), now, now, facts));
    }
}
