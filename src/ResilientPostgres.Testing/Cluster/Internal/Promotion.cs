namespace ResilientPostgres.Testing;

/// <summary>Makes a standby the primary as fast as PostgreSQL can.</summary>
internal static class Promotion
{
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(1);

    internal static async Task<TimeSpan> RunAsync(
        PostgresServer standby, IReadOnlyList<PostgresServer> followers, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        StandbySignal.Promote(standby);

        // Before the promotion is done, so that they stream, and acknowledge, as soon as it is.
        foreach (var follower in followers)
        {
            follower.Follow(standby);
        }

        var connection = await ServerSql.OpenAsync(standby, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            while (await ServerSql.ScalarAsync<bool>(connection, "SELECT pg_is_in_recovery()", cancellationToken).ConfigureAwait(false))
            {
                if (clock.GetElapsedTime(start) > timeout)
                {
                    throw new PostgresServerException($"{standby} was not promoted within {timeout}.", LogTail.Read(standby.LogFile));
                }

                await Task.Delay(PollInterval, clock, cancellationToken).ConfigureAwait(false);
            }

            var duration = clock.GetElapsedTime(start);
            standby.Configuration.IsDisconnected = false;
            standby.Follow(null);
            return duration;
        }
    }
}
