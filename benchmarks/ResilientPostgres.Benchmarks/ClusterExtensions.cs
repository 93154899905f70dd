using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks;

static class ClusterExtensions
{
    extension(PostgresCluster cluster)
    {
        /// <summary>The primary of the moment alone, with the ordinary role and its database.</summary>
        public string PrimaryConnectionString => new NpgsqlConnectionStringBuilder(cluster.ConnectionString)
        {
            Host = cluster.Primary.Host,
            Port = cluster.Primary.Port,
        }.ConnectionString;

        /// <summary>Runs it on the primary, and waits until every standby has it.</summary>
        public async Task ExecuteAsync(string sql)
        {
            await using var source = NpgsqlDataSource.Create(cluster.PrimaryConnectionString);
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
            await Task.WhenAll(cluster.Standbys.Select(s => cluster.WaitForReplayAsync(s)));
        }
    }
}
