using Npgsql;
using ResilientPostgres;
using ResilientPostgres.Testing;

namespace FailoverDemo.Scenario;

/// <summary>A client of its own, behind proxies that swallow the answer to each first COMMIT and then cut the connection.</summary>
sealed class CutOffClient : IAsyncDisposable
{
    readonly PostgresCluster _cluster;
    readonly Dictionary<int, ChaosProxy> _proxies = [];
    readonly List<int> _committed = [];
    ResilientDataSource _db = null!;

    CutOffClient(PostgresCluster cluster) => _cluster = cluster;

    public int FoundOut { get; private set; }

    public int DoneAgain { get; private set; }

    public int Unknown { get; private set; }

    public static async Task<CutOffClient> StartAsync(PostgresCluster cluster, CancellationToken cancellationToken)
    {
        var client = new CutOffClient(cluster);
        foreach (var server in cluster.Servers)
        {
            client._proxies[server.Port] = await ChaosProxy.StartAsync(server.Host, server.Port);
        }

        var hosts = string.Join(',', client._proxies.Values.Select(static p => $"{p.Host}:{p.Port}"));
        client._db = new ResilientDataSourceBuilder(new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Host = hosts }.ConnectionString) { Name = "cut off" }.Build();
        await client._db.TransactAsync(
            static async (tx, ct) =>
            {
                await using var create = tx.CreateCommand("CREATE TABLE IF NOT EXISTS cut_off (id int)");
                await create.ExecuteNonQueryAsync(ct);
            },
            cancellationToken: cancellationToken);
        return client;
    }

    public async Task RunAsync(int transactions, CancellationToken cancellationToken)
    {
        for (var id = 1; id <= transactions; id++)
        {
            await OneAsync(id, cancellationToken);
        }
    }

    /// <summary>Said to be committed and not there, or there twice.</summary>
    public async Task<int> CountWrongAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _db.OpenNpgsqlConnectionAsync(ReadPreference.Primary, cancellationToken);
        await using var command = new NpgsqlCommand("SELECT id FROM cut_off", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var there = new List<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            there.Add(reader.GetInt32(0));
        }

        return _committed.Count(id => !there.Contains(id)) + there.Count - there.Distinct().Count();
    }

    public async ValueTask DisposeAsync()
    {
        await _db.DisposeAsync();
        foreach (var proxy in _proxies.Values)
        {
            await proxy.DisposeAsync();
        }
    }

    async Task OneAsync(int id, CancellationToken cancellationToken)
    {
        var runs = 0;
        try
        {
            var commit = await _db.TransactAsync(
                async (tx, ct) =>
                {
                    await using var insert = tx.CreateCommand($"INSERT INTO cut_off VALUES ({id})");
                    await insert.ExecuteNonQueryAsync(ct);
                    if (++runs == 1)
                    {
                        _ = CutAsync(_proxies[_cluster.Primary.Port]);
                    }
                },
                cancellationToken: cancellationToken);
            _committed.Add(id);
            FoundOut += commit.Evidence is null ? 0 : 1;
            DoneAgain += commit.Evidence is null && runs > 1 ? 1 : 0;
        }
        catch (CommitOutcomeUnknownException)
        {
            Unknown++;
        }
    }

    static async Task CutAsync(ChaosProxy proxy)
    {
        proxy.Freeze(ProxyDirection.ToClient);
        await Task.Delay(30);
        proxy.ResetAll();
        proxy.Thaw();
    }
}
