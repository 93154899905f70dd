using System.Diagnostics;
using Npgsql;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>
/// Looks at the standby at a steady pace. The order matters: first the moment, then the bound, then the standby's own figure, and last what is visible. Each figure says of a moment not before the first
/// that all is there which was acknowledged so long before; then it must still be there at the end.
/// </summary>
static class LagSampler
{
    const int Samples = 400;
    static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(20);

    public static async Task<IReadOnlyList<LagSample>> TakeAsync(LagServers servers)
    {
        var endpoint = new Endpoint(servers.Standby.Host, servers.Standby.Port);
        await using var connection = new NpgsqlConnection(servers.StandbyConnectionString);
        await connection.OpenAsync();
        await using var look = new NpgsqlBatch(connection)
        {
            // Two statements, for the second one's snapshot is then taken after the first has run; one round trip all the same.
            BatchCommands =
            {
                new NpgsqlBatchCommand("SELECT (extract(epoch FROM now() - pg_last_xact_replay_timestamp()) * 1000)::float8"),
                new NpgsqlBatchCommand("SELECT coalesce(max(number), 0) FROM heartbeats"),
            },
        };
        await look.PrepareAsync();
        var samples = new List<LagSample>(Samples);
        using var timer = new PeriodicTimer(_pace);
        while (samples.Count < Samples)
        {
            await timer.WaitForNextTickAsync();
            var moment = Stopwatch.GetTimestamp();
            var bound = servers.Db.Topology.ReplicationLag(endpoint);
            await using var reader = await look.ExecuteReaderAsync();
            await reader.ReadAsync();
            TimeSpan? naive = reader.IsDBNull(0) ? null : TimeSpan.FromMilliseconds(reader.GetDouble(0));
            await reader.NextResultAsync();
            await reader.ReadAsync();
            samples.Add(new LagSample(moment, bound, naive, reader.GetInt64(0)));
        }

        return samples;
    }
}
