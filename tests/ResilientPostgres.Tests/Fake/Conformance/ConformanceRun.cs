using ResilientPostgres.Testing;

namespace ResilientPostgres.Tests.Fake.Conformance;

/// <summary>Plays cases, each on a session of its own and with the table as it was.</summary>
static class ConformanceRun
{
    public static async Task<IReadOnlyList<string>> OnFakeAsync(ProtocolCase play)
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 0);
        ProtocolFixture.Prepare(pg);
        using var client = new ProtocolClient(pg.Primary.Host, pg.Primary.Port, "app", "app");
        return await client.PlayAsync(play);
    }

    /// <param name="play">The case.</param>
    /// <param name="host">The server's address.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="execute">Runs SQL there.</param>
    public static async Task<IReadOnlyList<string>> OnServerAsync(ProtocolCase play, string host, int port, Func<string, Task> execute)
    {
        await execute(ProtocolFixture.Sql);
        using var client = new ProtocolClient(host, port, "app", "app");
        return await client.PlayAsync(play);
    }
}
