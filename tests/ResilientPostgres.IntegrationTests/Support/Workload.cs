using System.Collections.Concurrent;
using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Support;

/// <summary>Writers with unique ids and readers, until stopped. What was acknowledged and what failed is kept.</summary>
sealed class Workload : IAsyncDisposable
{
    const string Insert = "INSERT INTO work (id) VALUES ($1) ON CONFLICT DO NOTHING";

    readonly CancellationTokenSource _stop = new();
    readonly ResilientDataSource _db;
    readonly Task[] _tasks;
    long _lastId;

    Workload(ResilientDataSource db, int writers, int readers)
    {
        _db = db;
        _tasks = [.. Enumerable.Range(0, writers).Select(_ => Task.Run(WriteAsync)), .. Enumerable.Range(0, readers).Select(_ => Task.Run(ReadAsync))];
    }

    internal ConcurrentQueue<long> Acknowledged { get; } = new();

    internal ConcurrentQueue<Exception> FailedReads { get; } = new();

    internal ConcurrentQueue<Exception> FailedWrites { get; } = new();

    /// <summary>By <c>address:port</c>.</summary>
    internal ConcurrentDictionary<string, int> ReadsByServer { get; } = new();

    internal static async Task<Workload> StartAsync(ResilientDataSource db, int writers = 4, int readers = 4)
    {
        // "applied" has no key, so a write that was carried out twice would stand there twice.
        await db.WriteAsync(
            """
            CREATE TABLE IF NOT EXISTS work (id bigint PRIMARY KEY);
            CREATE TABLE IF NOT EXISTS applied (id bigint);
            CREATE OR REPLACE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO applied VALUES (NEW.id); RETURN NEW; END';
            CREATE OR REPLACE TRIGGER note AFTER INSERT ON work FOR EACH ROW EXECUTE FUNCTION note();
            """,
            OperationSafety.Idempotent);
        return new Workload(db, writers, readers);
    }

    /// <summary>Until another so many writes are acknowledged.</summary>
    internal Task WritesAsync(int more)
    {
        var target = Acknowledged.Count + more;
        return Eventually.TrueAsync(() => Acknowledged.Count >= target, () => $"{Acknowledged.Count} of {target} writes. {_db.Topology}");
    }

    internal Task ReadsAsync(int more)
    {
        var target = ReadsByServer.Values.Sum() + more;
        return Eventually.TrueAsync(() => ReadsByServer.Values.Sum() >= target, () => _db.Topology.ToString());
    }

    internal int ReadsOn(int port) => ReadsByServer.Where(r => r.Key.EndsWith($":{port}", StringComparison.Ordinal)).Sum(static r => r.Value);

    internal int ReadsOn(PostgresServer server) => ReadsByServer.GetValueOrDefault($"{server.Host}:{server.Port}");

    internal Task StopAsync()
    {
        _stop.Cancel();
        return Task.WhenAll(_tasks);
    }

    /// <summary>Nothing failed, nothing acknowledged is missing, nothing was carried out twice.</summary>
    internal async Task AssertCleanAsync()
    {
        await StopAsync();
        Assert.Empty(FailedReads);
        Assert.Empty(FailedWrites);
        var present = await _db.ReadAsync<long[]>("SELECT array_agg(id) FROM applied", ReadPreference.Primary);
        Assert.Empty(Acknowledged.Except(present));
        Assert.Equal(present.Length, present.Distinct().Count());
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    async Task WriteAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var id = Interlocked.Increment(ref _lastId);
            try
            {
                await _db.WriteAsync(
                    async (connection, token) =>
                    {
                        await using var command = new NpgsqlCommand(Insert, connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = id } } };
                        await command.ExecuteNonQueryAsync(token);
                    },
                    OperationSafety.Idempotent);
                Acknowledged.Enqueue(id);
            }
            catch (Exception e)
            {
                FailedWrites.Enqueue(e);
            }

            await Task.Delay(2);
        }
    }

    async Task ReadAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var server = await _db.ReadAsync((c, ct) => Resilient.ScalarAsync<string>(c, "SELECT host(inet_server_addr()) || ':' || inet_server_port()", ct));
                ReadsByServer.AddOrUpdate(server, 1, static (_, n) => n + 1);
            }
            catch (Exception e)
            {
                FailedReads.Enqueue(e);
            }

            await Task.Delay(2);
        }
    }
}
