using Npgsql;

namespace ResilientPostgres.Testing;

/// <summary>Runs the harness's own statements, each on a session of its own or on one kept for polling.</summary>
internal static class ServerSql
{
    /// <summary>A source of unpooled sessions: a pooled one might be broken by the very fault the harness made.</summary>
    internal static NpgsqlDataSource CreateSource(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Timeout = 5,
            CommandTimeout = 10,
            ApplicationName = "test harness",
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        };
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }

    internal static ValueTask<NpgsqlConnection> OpenAsync(PostgresServer server, CancellationToken cancellationToken) =>
        server.Source.OpenConnectionAsync(cancellationToken);

    internal static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command.ConfigureAwait(false))
        {
            return (T)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
    }

    internal static async Task<T> ScalarAsync<T>(PostgresServer server, string sql, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(server, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await ScalarAsync<T>(connection, sql, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks again on one session until the answer is true, or throws with the server's log.</summary>
    internal static async Task WaitUntilTrueAsync(
        PostgresServer server, string sql, TimeSpan timeout, string what, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(server, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var isTrue = await Poll.UntilAsync(
                async token => await ScalarAsync<bool>(connection, sql, token).ConfigureAwait(false),
                timeout,
                cancellationToken).ConfigureAwait(false);
            if (!isTrue)
            {
                throw new PostgresServerException($"{server.Name}: {what} did not happen within {timeout}.", LogTail.Read(server.LogFile));
            }
        }
    }
}
