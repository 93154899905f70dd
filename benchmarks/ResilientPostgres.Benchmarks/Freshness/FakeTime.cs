using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>Makes one server believe in another time, by libfaketime.</summary>
static class FakeTime
{
    /// <summary>Null if it is not installed.</summary>
    public static string? Library { get; } = Find();

    /// <summary>The server's clock is off by that from then on, for example by <c>-10s</c>; how fast it runs is left as it is, and so is its monotonic clock.</summary>
    public static async Task ShiftAsync(PostgresCluster cluster, PostgresServer standby, string by)
    {
        standby.Environment["LD_PRELOAD"] = Library!;
        standby.Environment["FAKETIME"] = by;
        standby.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        await cluster.RestartAsync(standby);
        await cluster.WaitUntilStreamingAsync(standby);

        await using var source = NpgsqlDataSource.Create(standby.ConnectionString);
        await using var command = source.CreateCommand("SELECT clock_timestamp()");
        var shift = (DateTime)(await command.ExecuteScalarAsync())! - DateTime.UtcNow;
        if (Math.Abs(shift.TotalSeconds) < 5)
        {
            throw new InvalidOperationException($"{standby}'s clock is off by {shift}, and should be by {by}.");
        }
    }

    static string? Find() =>
        new[] { "/usr/lib", "/usr/lib64" }
            .Where(Directory.Exists)
            .SelectMany(static folder => Directory.GetDirectories(folder).Append(folder))
            .Select(static folder => Path.Combine(folder, "faketime", "libfaketime.so.1"))
            .FirstOrDefault(File.Exists);
}
