using System.Diagnostics;
using Npgsql;
using ResilientPostgres.Benchmarks.Faults;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Commits;

/// <summary>What befalls the server once the exchange was cut.</summary>
/// <param name="Name">As in the result.</param>
/// <param name="Standbys">How many the cluster has.</param>
/// <param name="IsSynchronous">Whether commits wait for one of them.</param>
/// <param name="Recoveries">How many recoveries lie between the transaction and the answer.</param>
/// <param name="Places">How many cuts; all of them if not given.</param>
/// <param name="NewCluster">Each cut takes a cluster of its own.</param>
/// <param name="Prepare">Before the commit.</param>
/// <param name="Befall">After the cut.</param>
sealed record Scenario(
    string Name, int Standbys, bool IsSynchronous, int Recoveries, int? Places, bool NewCluster, Func<Proxied, Task> Prepare, Func<Proxied, int, Task> Befall)
{
    public static readonly Scenario[] All =
    [
        new("serverAlive", 0, false, 0, null, false, Nothing, static (_, _) => Task.CompletedTask),
        new("sessionTerminated", 0, false, 0, 200, false, Nothing, TerminateAsync),
        new("backendCrash", 0, false, 1, 80, false, Nothing, static (s, _) => CrashAsync(s)),
        new("immediateRestart", 0, false, 1, 50, false, Nothing, static (s, _) => s.Cluster.RestartAsync(s.Cluster.Primary, StopMode.Immediate)),
        new("doubleCrash", 0, false, 2, 30, false, Nothing, TwiceAsync),
        new("promotionWithCommit", 1, false, 1, 16, true, Nothing, PromoteAsync),
        new("promotionWithoutCommit", 1, false, 1, 16, true, static s => s.Cluster.DisconnectFromPrimaryAsync(s.Cluster.Standbys[0]), PromoteAsync),
        new("synchronousPromotion", 1, true, 1, 16, true, Nothing, PromoteAsync),
    ];

    static Task Nothing(Proxied servers) => Task.CompletedTask;

    static async Task TerminateAsync(Proxied servers, int pid) => await SuperuserAsync(servers, $"SELECT pg_terminate_backend({pid})");

    /// <summary>Kills one server process: the postmaster ends all the others and recovers.</summary>
    static async Task CrashAsync(Proxied servers)
    {
        await using var victim = new NpgsqlConnection(servers.Cluster.Primary.ConnectionString + ";Pooling=false");
        await victim.OpenAsync();
        Process.GetProcessById(victim.ProcessID).Kill();
        await SuperuserAsync(servers, "SELECT 1");

        // Others go on, and are given the ids that were lost.
        await SuperuserAsync(servers, Burn);
    }

    static async Task TwiceAsync(Proxied servers, int pid)
    {
        await CrashAsync(servers);
        await CrashAsync(servers);
    }

    static async Task PromoteAsync(Proxied servers, int pid)
    {
        await Task.Delay(20);
        await servers.Cluster.KillAsync(servers.Cluster.Primary, KillScope.AllProcesses);
        await servers.Cluster.PromoteAsync(servers.Cluster.Standbys[0]);
        await SuperuserAsync(servers, Burn);
    }

    const string Burn = "DO $$ BEGIN FOR i IN 1..30 LOOP PERFORM pg_current_xact_id(); CREATE TABLE burnt (id int); DROP TABLE burnt; COMMIT; END LOOP; END $$";

    static async Task SuperuserAsync(Proxied servers, string sql)
    {
        for (var until = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using var source = NpgsqlDataSource.Create(servers.Cluster.Primary.ConnectionString + ";Pooling=false;Timeout=2;Options=-c synchronous_commit=local");
                await using var command = source.CreateCommand(sql);
                await command.ExecuteNonQueryAsync();
                return;
            }
            catch (NpgsqlException) when (until.Elapsed < TimeSpan.FromSeconds(10))
            {
                await Task.Delay(5);
            }
        }
    }
}
