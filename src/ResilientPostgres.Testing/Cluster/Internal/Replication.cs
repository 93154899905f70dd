using System.Globalization;

namespace ResilientPostgres.Testing;

/// <summary>Watches and disturbs the stream between a standby and the server it follows.</summary>
internal static class Replication
{
    const string ReceivedPosition =
        "SELECT (greatest(coalesce(pg_last_wal_receive_lsn(), '0/0'), pg_last_wal_replay_lsn()) - '0/0')::bigint";

    internal static async Task WaitUntilStreamingAsync(PostgresServer standby, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var upstream = standby.Upstream ?? throw new InvalidOperationException($"{standby} is not a standby.");
        var received = $"SELECT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming' AND sender_port = {upstream.Port} AND sender_host = '{upstream.Host}')";
        var sent = $"SELECT EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming' AND application_name = '{standby.Name}')";
        await Task.WhenAll(
            ServerSql.WaitUntilTrueAsync(standby, received, timeout, $"streaming from {upstream}", cancellationToken),
            ServerSql.WaitUntilTrueAsync(upstream, sent, timeout, $"streaming to {standby}", cancellationToken)).ConfigureAwait(false);
    }

    internal static async Task WaitForReplayAsync(PostgresServer standby, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var position = standby.Upstream is { CanAnswer: true } upstream
            ? await WrittenPositionAsync(upstream, cancellationToken).ConfigureAwait(false)
            : await ServerSql.ScalarAsync<long>(standby, ReceivedPosition, cancellationToken).ConfigureAwait(false);
        var sql = string.Create(CultureInfo.InvariantCulture, $"SELECT pg_last_wal_replay_lsn() - '0/0' >= {position}");
        await ServerSql.WaitUntilTrueAsync(standby, sql, timeout, "replay", cancellationToken).ConfigureAwait(false);
    }

    internal static async Task DisconnectAsync(PostgresServer standby, TimeSpan timeout, CancellationToken cancellationToken)
    {
        standby.Configuration.IsDisconnected = true;
        standby.Reconfigure();

        // A standby that is held in replay would not act on the new setting before it goes on.
        const string Receiver = "SELECT coalesce((SELECT pid FROM pg_stat_wal_receiver), 0)";
        const string NotConfigured = "SELECT current_setting('primary_conninfo') = ''";
        const string NoReceiver = "SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver)";
        await ServerSql.WaitUntilTrueAsync(standby, NotConfigured, timeout, "taking the settings", cancellationToken).ConfigureAwait(false);
        var receiver = await ServerSql.ScalarAsync<int>(standby, Receiver, cancellationToken).ConfigureAwait(false);
        if (receiver > 1)
        {
            Signal.Send(receiver, Signal.Terminate);
        }

        await ServerSql.WaitUntilTrueAsync(standby, NoReceiver, timeout, "the end of the stream", cancellationToken).ConfigureAwait(false);
    }

    internal static async Task PauseReplayAsync(PostgresServer standby, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await ServerSql.ScalarAsync<bool>(standby, "SELECT pg_wal_replay_pause() IS NOT NULL", cancellationToken).ConfigureAwait(false);
        const string Paused = "SELECT pg_get_wal_replay_pause_state() = 'paused'";
        await ServerSql.WaitUntilTrueAsync(standby, Paused, timeout, "the pause of replay", cancellationToken).ConfigureAwait(false);
    }

    internal static Task ResumeReplayAsync(PostgresServer standby, CancellationToken cancellationToken) =>
        ServerSql.ScalarAsync<bool>(standby, "SELECT pg_wal_replay_resume() IS NOT NULL", cancellationToken);

    internal static async Task DelayReplayAsync(PostgresServer standby, TimeSpan delay, TimeSpan timeout, CancellationToken cancellationToken)
    {
        standby.Configuration.ReplayDelay = delay;
        standby.Reconfigure();
        var milliseconds = (long)delay.TotalMilliseconds;
        var sql = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT setting::bigint = {milliseconds} FROM pg_settings WHERE name = 'recovery_min_apply_delay'");
        await ServerSql.WaitUntilTrueAsync(standby, sql, timeout, "taking the delay", cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<PostgresServer> MostAdvancedAsync(IReadOnlyList<PostgresServer> standbys, CancellationToken cancellationToken)
    {
        var candidates = standbys.Where(standby => standby.CanAnswer).ToArray();
        if (candidates.Length == 0)
        {
            throw new InvalidOperationException("No standby is running.");
        }

        var positions = await Task.WhenAll(candidates.Select(
            standby => ServerSql.ScalarAsync<long>(standby, ReceivedPosition, cancellationToken))).ConfigureAwait(false);
        return candidates[Array.IndexOf(positions, positions.Max())];
    }

    /// <summary>Also a standby can be followed, and has written nothing: what it has received counts.</summary>
    static Task<long> WrittenPositionAsync(PostgresServer server, CancellationToken cancellationToken) =>
        ServerSql.ScalarAsync<long>(
            server,
            "SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END - '0/0')::bigint",
            cancellationToken);
}
