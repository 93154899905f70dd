using System.Runtime.InteropServices;
using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Reporting;

/// <summary>What the figures depend on, and nothing that names the machine.</summary>
static class Machine
{
    public static async Task<string> DescribeAsync(PostgresCluster cluster)
    {
        await using var source = NpgsqlDataSource.Create(cluster.PrimaryConnectionString);
        await using var command = source.CreateCommand("SHOW server_version");
        var version = (string)(await command.ExecuteScalarAsync())!;
        var npgsql = typeof(NpgsqlConnection).Assembly.GetName().Version!.ToString(3);
        return $"{Environment.ProcessorCount} cores ({RuntimeInformation.ProcessArchitecture}), "
            + $"{RuntimeInformation.FrameworkDescription}, Npgsql {npgsql}, PostgreSQL {version.Split(' ')[0]}, all on one machine over loopback.";
    }
}
