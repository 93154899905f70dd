using ResilientPostgres.Testing;
using ResilientPostgres.Testing.Sessions;

namespace ResilientPostgres.Tests.Fake.Fuzz;

/// <summary>Serves hostile clients, each to its end.</summary>
static class FuzzRound
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    /// <returns>How many inputs a session did not end well on, with the first of them.</returns>
    public static async Task<(int Failures, string? First)> RunAsync(FakePostgresCluster pg, int seed, int inputs)
    {
        var (failures, first) = (0, (string?)null);
        var hostile = new HostileBytes(seed);
        for (var i = 0; i < inputs; i++)
        {
            var bytes = hostile.Next();
            try
            {
                var client = new MemoryClient(bytes);
                using var session = new Session(pg.Primary, client, processId: i);
                await ServerEndpoint.ServeAsync(session).WaitAsync(_patience);
                if (client.Fault is not null)
                {
                    throw new InvalidOperationException(client.Fault);
                }
            }
            catch (Exception e)
            {
                failures++;
                first ??= $"seed {seed}, input {i}: {Convert.ToHexString(bytes)}: {e}";
            }
        }

        pg.ClearStatements();
        return (failures, first);
    }

    /// <summary>A cluster with a few rules for the conversations to meet.</summary>
    public static async Task<FakePostgresCluster> StartAsync()
    {
        var pg = await FakePostgresCluster.StartAsync(standbys: 0);
        pg.On("SELECT id FROM item").Returns(1, 2, 3);
        pg.On("SELECT id FROM item WHERE id = $1").Returns(static r => new[] { r.Parameters.Count });
        pg.On("INSERT INTO item VALUES (4)").Affects(1);
        return pg;
    }
}
