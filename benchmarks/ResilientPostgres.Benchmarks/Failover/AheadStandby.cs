using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Failover;

/// <summary>
/// A killed postmaster's orphaned sessions live on for milliseconds, and one of them may still send log to a standby after the other
/// was chosen for promotion. That standby is then ahead of the fork and can't follow: PostgreSQL says so in its log, and it must be rewound.
/// </summary>
sealed class AheadStandby
{
    const string Saying = "before current recovery point";

    readonly Dictionary<string, int> _seen = [];

    public int Count { get; private set; }

    public async Task RewindAsync(PostgresCluster cluster)
    {
        foreach (var standby in cluster.Standbys)
        {
            var said = Sayings(await File.ReadAllTextAsync(standby.LogFile));
            var before = _seen.GetValueOrDefault(standby.LogFile);
            _seen[standby.LogFile] = said;
            if (said > before)
            {
                Count++;
                Console.Error.WriteLine($"{standby} is ahead of the fork, as its own log says, and is rewound");
                await cluster.RejoinAsync(standby);
                _seen[standby.LogFile] = Sayings(await File.ReadAllTextAsync(standby.LogFile));
            }
        }
    }

    static int Sayings(string log) => log.Split(Saying).Length - 1;
}
