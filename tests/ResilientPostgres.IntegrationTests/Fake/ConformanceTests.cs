using Npgsql;
using ResilientPostgres.Tests.Fake.Conformance;

namespace ResilientPostgres.IntegrationTests.Fake;

/// <summary>What the fake is held to is what a real server answers, and the fake answers the same.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public async Task Server_AnswersAsRecorded_AndSoDoesTheFake()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(static o => o.Standbys = 0);
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString);
        var differences = new List<string>();

        foreach (var play in ProtocolSpec.Load(Specs()))
        {
            var server = await ConformanceRun.OnServerAsync(play, cluster.Primary.Host, cluster.Primary.Port, sql => ExecuteAsync(source, sql));
            var fake = await ConformanceRun.OnFakeAsync(play);
            if (!server.SequenceEqual(play.Expected) || !server.SequenceEqual(fake))
            {
                differences.Add($"{play}\n  recorded {string.Join(" / ", play.Expected)}\n  server   {string.Join(" / ", server)}\n  fake     {string.Join(" / ", fake)}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    static string Specs()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DataAccess.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("No DataAccess.sln above the tests.");
        }

        return Path.Combine(folder.FullName, "tests", "specs", "protocol");
    }
}
