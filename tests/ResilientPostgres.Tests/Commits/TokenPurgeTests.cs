using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NpgsqlTypes;
using ResilientPostgres.Calls;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Postgres;
using ResilientPostgres.Settings;
using ResilientPostgres.Tests.Client;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Commits;

/// <summary>When tokens are purged: by the way, seldom, and never more often than is due.</summary>
public sealed class TokenPurgeTests
{
    /// <summary>Retention is a day and a purge is due every hour, give or take half of one.</summary>
    static readonly TimeSpan _surelyDue = TimeSpan.FromMinutes(90);

    readonly FakeTimeProvider _time = new();
    readonly FakeTokens _tokens = new();
    readonly Cluster _cluster;

    public TokenPurgeTests()
    {
        var sessions = new FakeSessions();
        var ports = new ClusterPorts(sessions, sessions, sessions, new CommitControl(canKnowSession: false), _tokens, new CatalogReader(), new PositionControl());
        var settings = ResilientSettings.Freeze(new ResilientPostgresOptions { ConnectionString = "Host=a" });
        _cluster = new Cluster("test", settings, (_, _) => ports, new MonotonicClock(_time), new RandomSource(1), new ResilienceStrategies(), NullLogger.Instance).Assemble();
        Confirm();
    }

    [Fact]
    public async Task The_first_commit_only_sets_the_time()
    {
        Commit();
        _time.Advance(TimeSpan.FromMinutes(29));
        Commit();
        Assert.Equal(0, _tokens.Purges);

        _time.Advance(_surelyDue);
        Confirm();
        Commit();

        Assert.Equal(TimeSpan.FromDays(1), await _tokens.NextPurgeAsync());
    }

    [Fact]
    public async Task Of_many_commits_one_purges()
    {
        Commit();
        _time.Advance(_surelyDue);
        Confirm();

        Parallel.For(0, 100, _ => Commit());
        await _tokens.NextPurgeAsync();
        _time.Advance(TimeSpan.FromMinutes(29));
        Commit();

        Assert.Equal(1, _tokens.Purges);
    }

    [Fact]
    public async Task What_is_left_is_purged_after_a_rest()
    {
        _tokens.MayBeMore.Enqueue(true);
        _tokens.MayBeMore.Enqueue(true);
        Commit();
        _time.Advance(_surelyDue);
        Confirm();
        Commit();
        for (var purge = 0; purge < 3; purge++)
        {
            var next = _tokens.NextPurgeAsync().AsTask();
            while (!next.IsCompleted)
            {
                _time.Advance(TimeSpan.FromMilliseconds(1));
                Confirm();
                await Task.Yield();
            }
        }

        Assert.Equal(3, _tokens.Purges);
    }

    void Commit() => _cluster.TokenPurge.Consider("resilient_postgres.commits");

    void Confirm()
    {
        var now = _cluster.Clock.Now;
        _cluster.Monitor.Report(new Observation.Probed(
            new Endpoint("a"), now, now, new ServerFacts(false, false, 1, DateTime.UnixEpoch, new NpgsqlLogSequenceNumber(100), 1, null)));
    }
}
