using Npgsql;

namespace ResilientPostgres.IntegrationTests.Servers;

/// <summary>Shows that nobody answers.</summary>
static class Frozen
{
    internal static async Task IsFrozenAsync(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 1 };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        var exception = await Assert.ThrowsAnyAsync<NpgsqlException>(() => connection.OpenAsync(TestContext.Current.CancellationToken));
        Assert.IsType<TimeoutException>(exception.InnerException);
    }
}
