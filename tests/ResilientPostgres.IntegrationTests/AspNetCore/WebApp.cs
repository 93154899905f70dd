using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using ResilientPostgres.IntegrationTests.Support;

namespace ResilientPostgres.IntegrationTests.AspNetCore;

/// <summary>One instance of a small application over a table t (id int), in this process, on a port of its own.</summary>
sealed class WebApp : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false });

    WebApp(WebApplication app) => _app = app;

    public RecordedLog Log { get; private init; } = null!;

    public ResilientDataSource Db => _app.Services.GetRequiredService<ResilientDataSource>();

    public IDataProtectionProvider Keys => _app.Services.GetRequiredService<IDataProtectionProvider>();

    public static async Task<WebApp> StartAsync(
        string connectionString, IDataProtectionProvider keys, Action<ResilientConsistencyOptions>? configure = null, Action<IServiceCollection>? services = null, Action<WebApplication>? more = null)
    {
        var log = new RecordedLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerFactory>(log);
        builder.Services.AddResilientPostgres(connectionString).Configure(static o => o.MaxReplicationLag = TimeSpan.FromMinutes(5));
        builder.Services.AddResilientPostgresConsistency(configure);
        builder.Services.AddSingleton(keys);
        builder.Services.AddHealthChecks().AddResilientPostgres();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseResilientPostgresConsistency();
        app.MapPost("/{id:int}", async (int id, ResilientDataSource db, CancellationToken ct) =>
        {
            await using var command = db.CreateCommand($"INSERT INTO t VALUES ({id})");
            await command.ExecuteNonQueryAsync(ct);
        });
        app.MapPost("/delegate/{id:int}", (int id, ResilientDataSource db, CancellationToken ct) =>
            db.WriteAsync((c, token) => new NpgsqlCommand($"INSERT INTO t VALUES ({id})", c).ExecuteNonQueryAsync(token), cancellationToken: ct));
        app.MapGet("/{id:int}", (int id, ResilientDataSource db) => db.ReadAsync<bool>($"SELECT EXISTS (SELECT FROM t WHERE id = {id})"));
        app.MapGet("/standby", (ResilientDataSource db) => db.ReadAsync<bool>("SELECT pg_is_in_recovery()"));
        app.MapResilientPostgresHealth("/health/postgres");
        app.MapHealthChecks("/health");
        more?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var web = new WebApp(app) { Log = log };
        await web.Db.ReadyAsync();
        return web;
    }

    public async Task<WebAnswer> SendAsync(HttpMethod method, string path, string? cookie = null, string? header = null)
    {
        using var request = new HttpRequestMessage(method, _app.Urls.Single() + path);
        if (cookie is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", $"{WebAnswer.CookieName}={cookie}");
        }

        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Consistency-Token", header);
        }

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return new WebAnswer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single() : null,
            response.Headers.TryGetValues("X-Consistency-Token", out var headers) ? headers.Single() : null);
    }

    public Task<WebAnswer> PostAsync(string path, string? cookie = null, string? header = null) => SendAsync(HttpMethod.Post, path, cookie, header);

    /// <summary>The body, where nothing but success will do.</summary>
    public async Task<string> GetAsync(string path, string? cookie = null, string? header = null)
    {
        var answer = await SendAsync(HttpMethod.Get, path, cookie, header);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Body;
    }

    /// <summary>In time a visitor's read runs on a standby.</summary>
    public async Task StandbyAnswersAsync(string cookie)
    {
        for (var i = 0; await GetAsync("/standby", cookie) != "true"; i++)
        {
            Assert.True(i < 1000, "No standby has answered.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
