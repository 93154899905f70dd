using System.Diagnostics;
using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Fakes;

/// <summary>A thousand clusters, each used by Npgsql and disposed; then what is left of them.</summary>
static class ManyPart
{
    const int WarmUp = 50;
    const int Clusters = 1000;

    public static async Task<(double Seconds, double Sockets, double Bytes)> RunAsync()
    {
        for (var i = 0; i < WarmUp; i++)
        {
            await UseAsync();
        }

        var (sockets, bytes) = (await SocketsAsync(), Bytes());
        var since = Stopwatch.GetTimestamp();
        for (var i = 0; i < Clusters; i++)
        {
            await UseAsync();
        }

        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        return (seconds, Math.Max(0, await SocketsAsync() - sockets), Math.Max(0, Bytes() - bytes));
    }

    static async Task UseAsync()
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 2);
        pg.On("SELECT title FROM posts").Returns("One");
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(pg.ConnectionString) { Host = $"{pg.Primary.Host}:{pg.Primary.Port}" }.ConnectionString);
        await using var command = source.CreateCommand("SELECT title FROM posts");
        await command.ExecuteScalarAsync();
    }

    static long Bytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>On Linux; elsewhere nothing is known of them.</summary>
    static async Task<int> SocketsAsync()
    {
        Bytes();
        await Task.Delay(200);
        return Directory.Exists("/proc/self/fd")
            ? Directory.GetFiles("/proc/self/fd").Count(static f => new FileInfo(f).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true)
            : 0;
    }
}
