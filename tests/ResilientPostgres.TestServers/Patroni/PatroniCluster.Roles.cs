using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <content>Who leads, and how that changes.</content>
public sealed partial class PatroniCluster
{
    const string StreamingMembers = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'";

    /// <summary>Waits until a member leads and accepts writes, and returns it.</summary>
    public async Task<PatroniMember> WaitForLeaderAsync(CancellationToken cancellationToken = default)
    {
        PatroniMember? leader = null;
        await UntilAsync(async token => (leader = await FindLeaderAsync(token)) is not null, "a leader", cancellationToken);
        return leader!;
    }

    /// <summary>Waits until all other running members stream from the leader.</summary>
    public async Task WaitForReplicasAsync(CancellationToken cancellationToken = default) =>
        await UntilAsync(
            async token =>
            {
                var leader = await FindLeaderAsync(token);
                var others = _members.Count(member => member.IsRunning && member != leader);
                return leader is not null && await ScalarAsync(leader, StreamingMembers, token) is long count && count >= others;
            },
            "all members streaming",
            cancellationToken);

    /// <summary>
    /// Kills the leader's Patroni and PostgreSQL with SIGKILL, and waits until another answers as primary.
    /// It comes back with <see cref="StartAsync(PatroniMember, CancellationToken)"/>.
    /// </summary>
    public async Task<PatroniFailover> KillLeaderAsync(CancellationToken cancellationToken = default)
    {
        var clock = TimeProvider.System;
        var killed = await WaitForLeaderAsync(cancellationToken);
        var start = clock.GetTimestamp();
        await killed.KillAsync(cancellationToken);
        while (true)
        {
            foreach (var member in _members.Where(member => member != killed && member.IsRunning))
            {
                if (await IsPrimaryAsync(member, cancellationToken))
                {
                    return new PatroniFailover(killed, member, start, clock.GetElapsedTime(start));
                }
            }

            if (clock.GetElapsedTime(start) > _options.OperationTimeout)
            {
                throw Failure("No member was promoted.");
            }

            await Task.Delay(PromotionPoll, clock, cancellationToken);
        }
    }

    /// <summary>Kills a member, Patroni and PostgreSQL, with SIGKILL.</summary>
    public Task KillAsync(PatroniMember member, CancellationToken cancellationToken = default) => member.KillAsync(cancellationToken);

    /// <summary>Freezes a member's Patroni and leaves its PostgreSQL running. A leader is replaced after the time to live, and goes on accepting writes: nobody stops it without a watchdog.</summary>
    public Task FreezePatroniAsync(PatroniMember member, CancellationToken cancellationToken = default) => member.FreezePatroniAsync(cancellationToken);

    public void ThawPatroni(PatroniMember member) => member.Program.Thaw();

    /// <summary>Starts a member that was killed, and waits until its REST interface answers.</summary>
    public Task StartAsync(PatroniMember member, CancellationToken cancellationToken = default) =>
        member.Program.StartAsync(
            [ProgramFinder.Get("patroni"), _folder.PathOf(member.Name + ".json")],
            async token => await GetAsync(member, "patroni", token) is not null,
            _options.OperationTimeout,
            cancellationToken);

    /// <summary>Lets Patroni hand over (<c>POST /switchover</c>), and waits until the new leader accepts writes.</summary>
    public async Task<PatroniMember> SwitchoverAsync(PatroniMember? candidate = null, CancellationToken cancellationToken = default)
    {
        var leader = await WaitForLeaderAsync(cancellationToken);
        await PostSwitchoverAsync(leader, candidate, at: null, cancellationToken);
        PatroniMember? next = null;
        await UntilAsync(async token => (next = await FindLeaderAsync(token)) is not null && next != leader, "the switchover", cancellationToken);
        return next!;
    }

    /// <summary>Lets Patroni hand over later. It shows in <c>/cluster</c> as <c>scheduled_switchover</c> until then.</summary>
    public async Task ScheduleSwitchoverAsync(DateTimeOffset at, PatroniMember? candidate = null, CancellationToken cancellationToken = default) =>
        await PostSwitchoverAsync(await WaitForLeaderAsync(cancellationToken), candidate, at, cancellationToken);

    public async Task CancelSwitchoverAsync(CancellationToken cancellationToken = default)
    {
        var leader = await WaitForLeaderAsync(cancellationToken);
        using var answer = await _http.DeleteAsync(new Uri(leader.RestUrl, "switchover"), cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Lets Patroni restart a member's PostgreSQL (<c>POST /restart</c>), which answers when that is done.</summary>
    public Task RestartAsync(PatroniMember member, CancellationToken cancellationToken = default) => PostAsync(member, "restart", [], cancellationToken);

    /// <summary>Freezes etcd: after the retry timeout the leader gives up, for it can't know whether it still leads.</summary>
    public Task FreezeStoreAsync(CancellationToken cancellationToken = default) => _etcd.FreezeAsync(cancellationToken);

    public void ThawStore() => _etcd.Thaw();

    async Task PostSwitchoverAsync(PatroniMember leader, PatroniMember? candidate, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        var request = new Dictionary<string, string> { ["leader"] = leader.Name };
        if (candidate is not null)
        {
            request["candidate"] = candidate.Name;
        }

        if (at is { } time)
        {
            request["scheduled_at"] = time.ToString("yyyy-MM-ddTHH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
        }

        await PostAsync(leader, "switchover", request, cancellationToken);
    }

    /// <summary>With the content's length ahead, for Patroni reads no chunks; and again while it is busy with something else, which it answers with 503.</summary>
    async Task PostAsync(PatroniMember member, string path, Dictionary<string, string> request, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var answer = await _http.PostAsync(new Uri(member.RestUrl, path), new StringContent(JsonSerializer.Serialize(request)), cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || TimeProvider.System.GetElapsedTime(began) > _options.OperationTimeout)
            {
                throw Failure($"{path} was refused: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            }

            await Task.Delay(PromotionPoll, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Patroni says it leads, and PostgreSQL agrees: either may be ahead of the other.</summary>
    async Task<PatroniMember?> FindLeaderAsync(CancellationToken cancellationToken)
    {
        foreach (var member in _members.Where(member => member.IsRunning))
        {
            if (await GetAsync(member, "leader", cancellationToken) == HttpStatusCode.OK && await IsPrimaryAsync(member, cancellationToken))
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>What Patroni answers; null for nothing.</summary>
    async Task<HttpStatusCode?> GetAsync(PatroniMember member, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(member.RestUrl, path), cancellationToken);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    static async Task<bool> IsPrimaryAsync(PatroniMember member, CancellationToken cancellationToken) =>
        await ScalarAsync(member, "SELECT pg_is_in_recovery()", cancellationToken) is false;

    /// <summary>On a session of its own; null if there is none to be had.</summary>
    static async Task<object?> ScalarAsync(PatroniMember member, string sql, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await member.Source.OpenConnectionAsync(cancellationToken);
            return await ServerSql.ScalarAsync<object>(connection, sql, cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or SocketException or IOException or TimeoutException)
        {
            return null;
        }
    }

    async Task UntilAsync(Func<CancellationToken, ValueTask<bool>> condition, string what, CancellationToken cancellationToken)
    {
        if (!await Poll.UntilAsync(condition, _options.OperationTimeout, cancellationToken))
        {
            throw Failure($"Within {_options.OperationTimeout} there was not: {what}.");
        }
    }

    PostgresServerException Failure(string message) =>
        new(message, string.Join(Environment.NewLine, _members.Select(member => $"--- {member.Name}{Environment.NewLine}{LogTail.Read(member.LogFile)}")));
}
