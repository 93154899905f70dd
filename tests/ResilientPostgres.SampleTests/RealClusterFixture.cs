using ResilientPostgres.Testing;

namespace ResilientPostgres.SampleTests;

/// <summary>A real cluster for all tests of a class, where there are PostgreSQL's server programs.</summary>
public sealed class RealClusterFixture : IAsyncLifetime
{
    public PostgresCluster? Cluster { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (!PostgresCluster.TryFindBinaries(out _))
        {
            return;
        }

        Cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Standbys = 1 });
        await using var db = new ResilientDataSourceBuilder(Cluster.ConnectionString).Build();
        await using var create = db.CreateCommand("CREATE TABLE posts (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL, likes int NOT NULL DEFAULT 0)");
        await create.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
    }
}
