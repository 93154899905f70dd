using Npgsql;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.Benchmarks.Discovery;

/// <summary>Members of a Patroni cluster.</summary>
static class PatroniServers
{
    /// <summary>The application's database on one of them.</summary>
    public static string ApplicationOf(PatroniMember member, PatroniCluster cluster) =>
        new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Host = member.Host, Port = member.Port }.ConnectionString;
}
