namespace ResilientPostgres.Testing;

/// <summary>Makes a stopped server a standby of the primary, keeping what it can of its data.</summary>
internal sealed class Rejoining(ClusterLayout layout, PostgresServer server, PostgresServer primary)
{
    /// <summary>Slots are not copied, neither by <c>pg_rewind</c> nor by <c>pg_basebackup</c>.</summary>
    const string MissingSlots = """
        SELECT count(pg_create_physical_replication_slot('pg' || number)) FROM generate_series(1, {0}) AS number
        WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'pg' || number)
        """;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        await server.Process.WaitForOrphansAsync(cancellationToken).ConfigureAwait(false);

        // Until its first checkpoint a promoted server's control file names the old timeline, and pg_rewind would see nothing to do.
        await ServerSql.ScalarAsync<object?>(primary, "CHECKPOINT", cancellationToken).ConfigureAwait(false);
        try
        {
            await RewindAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresServerException)
        {
            await CopyAsync(cancellationToken).ConfigureAwait(false);
        }

        StandbySignal.Write(server);
        server.Configuration.IsDisconnected = false;
        server.Follow(primary);
        await server.Process.StartAsync(layout.Timeout, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(
            CreateMissingSlotsAsync(cancellationToken),
            Replication.WaitUntilStreamingAsync(server, layout.Timeout, cancellationToken)).ConfigureAwait(false);
    }

    string Source()
    {
        var password = layout.Options.Password is { } value ? " password=" + ServerConfiguration.Quoted(value) : "";
        return $"host={primary.Host} port={primary.Port} user={PostgresServer.Superuser} dbname={PostgresServer.MaintenanceDatabase} sslmode=disable" + password;
    }

    Task RewindAsync(CancellationToken cancellationToken) =>
        Launch.RunAsync(
            [layout.Binaries.PathOf("pg_rewind"), "--target-pgdata=" + server.DataDirectory, "--source-server=" + Source(), "--no-sync"],
            layout.Folder,
            input: null,
            cancellationToken);

    async Task CopyAsync(CancellationToken cancellationToken)
    {
        await layout.Workspace.RemoveAsync(server.DataDirectory, cancellationToken).ConfigureAwait(false);
        await Launch.RunAsync(
            [
                layout.Binaries.PathOf("pg_basebackup"), "--pgdata=" + server.DataDirectory, "--dbname=" + Source(),
                "--checkpoint=fast", "--wal-method=stream", "--no-sync", "--no-manifest",
            ],
            layout.Folder,
            input: null,
            cancellationToken).ConfigureAwait(false);
    }

    Task CreateMissingSlotsAsync(CancellationToken cancellationToken)
    {
        var sql = string.Format(System.Globalization.CultureInfo.InvariantCulture, MissingSlots, layout.Options.Standbys + 1);
        return ServerSql.ScalarAsync<long>(server, sql, cancellationToken);
    }
}
