using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ResilientPostgres.IntegrationTests.Support;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.AspNetCore;

/// <summary>Two instances of one application, with standbys that replay nothing.</summary>
public sealed class ConsistencyTests
{
    readonly EphemeralDataProtectionProvider _keys = new();

    [Theory]
    [InlineData("/1")]
    [InlineData("/delegate/1")]
    public async Task What_was_posted_on_one_instance_is_seen_on_the_other(string path)
    {
        await using var cluster = await StartAsync();
        await using var first = await WebApp.StartAsync(cluster.ConnectionString, _keys);
        await using var second = await WebApp.StartAsync(cluster.ConnectionString, _keys);
        await PauseAsync(cluster);

        var posted = await first.PostAsync(path);

        Assert.Equal("false", await second.GetAsync("/1"));
        Assert.Equal("true", await second.GetAsync("/1", posted.Cookie));
        Assert.Contains("max-age=60; path=/; samesite=lax; httponly", posted.SetCookie, StringComparison.Ordinal);
        Assert.DoesNotContain("secure", posted.SetCookie, StringComparison.Ordinal);
        Assert.Null(posted.Header);

        // Reading hands nothing on: the visitor keeps what it has.
        Assert.Null((await second.SendAsync(HttpMethod.Get, "/1", posted.Cookie)).SetCookie);

        // Standbys that have it serve the visitor again.
        await cluster.ResumeReplayAsync(cluster.Standbys[1]);
        await cluster.WaitForReplayAsync(cluster.Standbys[1]);
        await second.StandbyAnswersAsync(posted.Cookie);
    }

    [Fact]
    public async Task An_instance_s_first_request_sees_it_too()
    {
        await using var cluster = await StartAsync();
        await using var first = await WebApp.StartAsync(cluster.ConnectionString, _keys);
        await PauseAsync(cluster);
        var posted = await first.PostAsync("/1");

        await using var late = Resilient.Over(cluster, configure: static b => b.Options.MaxReplicationLag = TimeSpan.FromMinutes(5));
        var token = Opened(first, posted.Cookie);
        Assert.Equal(token, await late.BoundAsync(token, TestContext.Current.CancellationToken));
        using var scope = ConsistencyScope.Begin(token);
        Assert.True(await late.ReadAsync<bool>("SELECT EXISTS (SELECT FROM t WHERE id = 1)"));
    }

    [Fact]
    public async Task What_is_no_token_of_ours_changes_nothing()
    {
        await using var cluster = await StartAsync();
        await using var web = await WebApp.StartAsync(cluster.ConnectionString, _keys);
        var protector = _keys.CreateProtector("ResilientPostgres.ConsistencyToken.v1").ToTimeLimitedDataProtector();
        var token = (await web.Db.GetConsistencyTokenAsync(TestContext.Current.CancellationToken))!.Value;
        string[] odd =
        [
            "x", token.ToString(), new string('A', 600), "%00%ff;;=", new EphemeralDataProtectionProvider().CreateProtector("x").Protect(token.ToString()),
            protector.Protect((token with { SystemIdentifier = 5 }).ToString(), TimeSpan.FromMinutes(1)), protector.Protect("junk", TimeSpan.FromMinutes(1)),
            protector.Protect(token.ToString(), TimeSpan.FromSeconds(-1)),
        ];

        var counted = new ConcurrentQueue<object?>();
        using var listener = new MeterListener { InstrumentPublished = static (i, l) => l.EnableMeasurementEvents(i) };
        listener.SetMeasurementEventCallback<long>((i, _, tags, _) =>
        {
            if (i.Name == "resilient_postgres.web.ignored_tokens")
            {
                counted.Enqueue(tags[0].Value);
            }
        });
        listener.Start();

        foreach (var cookie in odd)
        {
            Assert.Equal("true", await web.GetAsync("/standby", cookie));
            Assert.Equal(HttpStatusCode.OK, (await web.PostAsync("/1", cookie)).Status);
        }

        Assert.True(counted.Count >= 2 * odd.Length, string.Join(' ', counted));
        Assert.Superset(new HashSet<object?> { "unreadable", "too_long", "foreign" }, counted.ToHashSet());
    }

    [Fact]
    public async Task A_token_beyond_what_the_primary_has_reached_keeps_no_read_off_the_standbys()
    {
        await using var cluster = await StartAsync();
        await using var web = await WebApp.StartAsync(cluster.ConnectionString, _keys);
        var ct = TestContext.Current.CancellationToken;
        var token = (await web.Db.GetConsistencyTokenAsync(ct))!.Value;
        var beyond = token with { Lsn = new(ulong.MaxValue) };
        var cookie = _keys.CreateProtector("ResilientPostgres.ConsistencyToken.v1").ToTimeLimitedDataProtector().Protect(beyond.ToString(), TimeSpan.FromMinutes(1));

        await web.StandbyAnswersAsync(cookie);

        Assert.Equal(token, await web.Db.BoundAsync(token, ct));
        Assert.Equal(token with { Timeline = 7 }, await web.Db.BoundAsync(token with { Timeline = 7 }, ct));
        Assert.Null(await web.Db.BoundAsync(token with { SystemIdentifier = 5 }, ct));
        Assert.InRange((ulong)(await web.Db.BoundAsync(beyond, ct))!.Value.Lsn, (ulong)token.Lsn, (ulong)token.Lsn + 0x100000);
    }

    [Fact]
    public async Task A_write_whose_position_could_not_be_asked_is_seen_when_the_primary_is_back()
    {
        await using var cluster = await StartAsync();
        await using var db = await Resilient.Over(cluster).ReadyAsync();
        var ct = TestContext.Current.CancellationToken;
        using var scope = ConsistencyScope.Begin();
        Assert.False(scope.HasWritten);
        await db.WriteAsync(static (c, token) => new Npgsql.NpgsqlCommand("INSERT INTO t VALUES (1)", c).ExecuteNonQueryAsync(token), OperationSafety.NonIdempotent, ct);
        Assert.True(scope.HasWritten);
        await cluster.FreezeAsync(cluster.Primary, ct);

        var carried = (await db.CarryAsync(scope, withReads: false, ct))!.Value;
        var unchanged = await db.BoundAsync(carried, ct);
        await cluster.ThawAsync(cluster.Primary);

        Assert.Equal(carried, unchanged);
        await Eventually.TrueAsync(() => db.Topology.Current.Status == ClusterStatus.WithPrimary);
        await PauseAsync(cluster);
        await using var other = await Resilient.Over(cluster).ReadyAsync();
        var bounded = (await other.BoundAsync(carried, ct))!.Value;
        Assert.True(bounded.Lsn < carried.Lsn);
        Assert.True(await other.ReadAsync((c, token) => Resilient.ScalarAsync<bool>(c, "SELECT EXISTS (SELECT FROM t)", token), new ReadOptions { ConsistencyToken = bounded }, ct));
    }

    [Fact]
    public async Task With_monotonic_reads_a_visitor_never_goes_back()
    {
        await using var cluster = await StartAsync();
        await using var first = await WebApp.StartAsync(cluster.ConnectionString, _keys, static o => o.MonotonicReads = true);
        await using var second = await WebApp.StartAsync(cluster.ConnectionString, _keys, static o => o.MonotonicReads = true);
        await cluster.PauseReplayAsync(cluster.Standbys[0]);
        await using (var another = Resilient.Over(cluster))
        {
            await another.WriteAsync("INSERT INTO t VALUES (1)");
        }

        await cluster.WaitForReplayAsync(cluster.Standbys[1]);

        WebAnswer seen;
        do
        {
            seen = await first.SendAsync(HttpMethod.Get, "/1");
        }
        while (seen.Body != "true");

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("true", await second.GetAsync("/1", seen.Cookie));
        }
    }

    [Fact]
    public async Task Services_pass_it_on_in_a_header()
    {
        await using var cluster = await StartAsync();
        await using var web = await WebApp.StartAsync(cluster.ConnectionString, _keys, static o => (o.UseCookie, o.UseHeader) = (false, true));
        await using var other = await WebApp.StartAsync(cluster.ConnectionString, _keys, static o => (o.UseCookie, o.UseHeader) = (false, true));
        await PauseAsync(cluster);

        var posted = await web.PostAsync("/1");

        Assert.Null(posted.SetCookie);
        Assert.Equal("false", await other.GetAsync("/1"));
        Assert.Equal("false", await other.GetAsync("/1", cookie: posted.Header));
        Assert.Equal("true", await other.GetAsync("/1", header: posted.Header));
    }

    [Fact]
    public async Task A_response_without_a_body_has_it_too_and_what_is_required_stays()
    {
        await using var cluster = await StartAsync();
        await using var web = await WebApp.StartAsync(cluster.ConnectionString, _keys, more: static app => app.MapPost("/silent", async (HttpContext context, ResilientDataSource db) =>
        {
            await db.WriteAsync("INSERT INTO t VALUES (2)");
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }));
        await using var other = await WebApp.StartAsync(cluster.ConnectionString, _keys);
        await PauseAsync(cluster);

        var first = await web.PostAsync("/1");
        var second = await other.PostAsync("/silent", first.Cookie);
        Assert.Equal(HttpStatusCode.NotFound, second.Status);
        second = await web.PostAsync("/silent", first.Cookie);

        Assert.Equal(HttpStatusCode.NoContent, second.Status);
        Assert.Equal("true", await other.GetAsync("/2", second.Cookie));
        Assert.Equal("true", await other.GetAsync("/1", second.Cookie));
        Assert.True(Opened(web, second.Cookie).Lsn > Opened(web, first.Cookie).Lsn);
    }

    [Fact]
    public async Task Tokens_of_two_clusters_travel_together_and_each_counts_for_its_own()
    {
        await using var cluster = await StartAsync();
        await using var orders = await StartAsync(static o => o.Database = "orders"); // Fresh clusters that are alike are copies of one.
        void both(ResilientConsistencyOptions o)
        {
            o.DataSources.Add("postgres");
            o.DataSources.Add("orders");
        }

        void register(IServiceCollection s) => s.AddResilientPostgres("orders", o => (o.ConnectionString, o.MaxReplicationLag) = (orders.ConnectionString, TimeSpan.FromMinutes(5)));
        static void map(WebApplication app)
        {
            app.MapPost("/both", async (ResilientDataSource db, [FromKeyedServices("orders")] ResilientDataSource o) =>
            {
                await db.WriteAsync("INSERT INTO t VALUES (1)");
                await o.WriteAsync("INSERT INTO t VALUES (1)");
            });
            app.MapGet("/orders/seen", ([FromKeyedServices("orders")] ResilientDataSource o) => o.ReadAsync<bool>("SELECT EXISTS (SELECT FROM t WHERE id = 1)"));
        }

        await using var first = await WebApp.StartAsync(cluster.ConnectionString, _keys, both, register, map);
        await using var second = await WebApp.StartAsync(cluster.ConnectionString, _keys, both, register, map);
        await second.GetAsync("/orders/seen");
        await PauseAsync(orders);
        var posted = await first.PostAsync("/both");
        Assert.Equal(2, OpenedAll(first, posted.Cookie).Select(static t => t.SystemIdentifier).Distinct().Count());

        Assert.Equal("false", await second.GetAsync("/orders/seen"));
        Assert.Equal("true", await second.GetAsync("/orders/seen", posted.Cookie));
        await Task.WhenAll(cluster.Standbys.Select(s => cluster.WaitForReplayAsync(s)));
        await second.StandbyAnswersAsync(posted.Cookie);
        Assert.Equal("true", await second.GetAsync("/1", posted.Cookie));
    }

    static ConsistencyToken Opened(WebApp web, string cookie) => Assert.Single(OpenedAll(web, cookie));

    static ConsistencyToken[] OpenedAll(WebApp web, string cookie) =>
        [.. web.Keys.CreateProtector("ResilientPostgres.ConsistencyToken.v1").ToTimeLimitedDataProtector().Unprotect(cookie).Split('.').Select(static t => ConsistencyToken.Parse(t))];

    static async Task<PostgresCluster> StartAsync(Action<PostgresClusterOptions>? configure = null)
    {
        var cluster = await RequirePostgres.StartClusterAsync(configure);
        await using var db = Resilient.Over(cluster);
        await db.WriteAsync("CREATE TABLE t (id int)");
        await Task.WhenAll(cluster.Standbys.Select(s => cluster.WaitForReplayAsync(s)));
        return cluster;
    }

    static Task PauseAsync(PostgresCluster cluster) => Task.WhenAll(cluster.Standbys.Select(s => cluster.PauseReplayAsync(s)));
}
