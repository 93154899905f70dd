using System.Collections.Concurrent;
using System.Net;

namespace ResilientPostgres.Tests.Discovery;

/// <summary>Members that answer by name of host, without a network.</summary>
sealed class FakePatroni : HttpMessageHandler
{
    public ConcurrentDictionary<string, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> Members { get; } = new();

    /// <summary>Whom was asked for what, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public HttpRequestMessage? Last { get; private set; }

    public bool IsDisposed { get; private set; }

    public static string Body(string? leader, uint timeline, string members = "a b c", string scheme = "http")
    {
        var listed = members.Split(' ').Select(m =>
            $$"""{"name":"{{m}}","host":"{{m}}","role":"{{(m == leader ? "leader" : "replica")}}","state":"running","timeline":{{timeline}},"api_url":"{{scheme}}://{{m}}:8008/patroni"}""");
        return $$"""{"members":[{{string.Join(',', listed)}}]}""";
    }

    public void Say(string host, string body, HttpStatusCode status = HttpStatusCode.OK) =>
        Members[host] = (_, _) => Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body) });

    public void SayAll(string body)
    {
        foreach (var host in new[] { "a", "b", "c" })
        {
            Say(host, body);
        }
    }

    /// <summary>Accepts, and never answers.</summary>
    public void Hang(string host) => Members[host] = static async (_, token) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, token);
        throw new InvalidOperationException();
    };

    public string[] TakeAsked()
    {
        var asked = Asked.ToArray();
        Asked.Clear();
        return asked;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = request.RequestUri!;
        Asked.Enqueue(url.ToString());
        Last = request;
        return Members.TryGetValue(url.Host, out var answer) ? answer(request, cancellationToken) : throw new HttpRequestException("connection refused");
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
