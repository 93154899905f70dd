using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests;

/// <summary>Single statements on a server, each on a session of its own.</summary>
static class Sql
{
    internal static string Unpooled(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        Timeout = 5,
        CommandTimeout = 5,
    }.ConnectionString;

    internal static Task ExecuteAsync(PostgresServer server, string sql) => ScalarAsync<object>(server, sql);

    internal static Task<T?> ScalarAsync<T>(PostgresServer server, string sql) => ScalarAsync<T>(server.ConnectionString, sql);

    internal static async Task<T?> ScalarAsync<T>(string connectionString, string sql)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var connection = new NpgsqlConnection(Unpooled(connectionString));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T?)await command.ExecuteScalarAsync(cancellationToken);
    }
}
