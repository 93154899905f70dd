using Npgsql;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Routing;

namespace ResilientPostgres.Calls;

/// <summary>
/// Deletes old tokens now and then, in the background: whoever commits when it is time sets it off. Each process does, at times of its own; they step
/// around each other's rows.
/// </summary>
sealed class TokenPurge(Cluster cluster, Router router)
{
    const int TimesInRetention = 24;

    static readonly TimeSpan _rest = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);

    readonly SessionAcquirer _acquirer = new(cluster, router);
    long _next;

    /// <summary>Called with each commit that has left a token in this table.</summary>
    public void Consider(string table)
    {
        var now = cluster.Clock.Now;
        var next = Volatile.Read(ref _next);
        if (now.Ticks < next || Interlocked.CompareExchange(ref _next, (now + Pause()).Ticks, next) != next)
        {
            return;
        }

        if (next > 0) // The first time only says when the next is: processes that start together must not purge together.
        {
            Background.Run(() => PurgeAsync(table));
        }
    }

    TimeSpan Pause() => cluster.Settings.Commits.TokenRetention / TimesInRetention * (0.5 + cluster.Random.NextDouble());

    async Task PurgeAsync(string table)
    {
        var until = cluster.Clock.Now + _longest;
        try
        {
            while (await PurgeSomeAsync(table, until).ConfigureAwait(false) && cluster.Clock.Now < until && !cluster.IsDisposed)
            {
                await cluster.Clock.Delay(_rest, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException or IOException)
        {
            cluster.Logger.TokenPurgeFailed(table, e.Message);
        }
    }

    async Task<bool> PurgeSomeAsync(string table, TimeSpan deadline)
    {
        var request = new RoutingRequest(ReadPreference.Primary, TimeSpan.MaxValue, IsRead: false);
        var acquired = await _acquirer.TryAcquireAsync(request, deadline, CancellationToken.None).ConfigureAwait(false);
        if (acquired.Failure is { } failure)
        {
            cluster.Logger.TokenPurgeFailed(table, failure.Exception.Message);
            return false;
        }

        var connection = acquired.Result.Connection;
        await using (connection.ConfigureAwait(false))
        {
            using var limit = new CancellationTokenSource(_longest, cluster.Clock.Time);
            return await cluster.Ports.Tokens.PurgeAsync(connection, table, cluster.Settings.Commits.TokenRetention, limit.Token).ConfigureAwait(false);
        }
    }
}
