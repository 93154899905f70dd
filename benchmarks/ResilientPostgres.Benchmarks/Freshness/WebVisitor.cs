using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>Posts on one instance and reads on the next one at once, as behind a load balancer that takes turns. Has its own cookies.</summary>
sealed class WebVisitor(IReadOnlyList<WebInstance> instances)
{
    public int Reads { get; private set; }

    public int Misses { get; private set; }

    public int FromStandby { get; private set; }

    public async Task VisitAsync(int times)
    {
        using var handler = new SocketsHttpHandler { CookieContainer = new CookieContainer() };
        using var client = new HttpClient(handler);
        for (var i = 0; i < times; i++)
        {
            var posted = await client.PostAsJsonAsync(new Uri(At(i), "/comments"), new { text = $"comment {i}" });
            var id = await posted.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<long>();
            using var shown = await client.GetAsync(new Uri(At(i + 1), $"/comments/{id}"));
            Reads++;
            if (shown.StatusCode == HttpStatusCode.NotFound)
            {
                Misses++;
                continue;
            }

            var comment = await shown.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
            FromStandby += comment.GetProperty("isFromStandby").GetBoolean() ? 1 : 0;
        }
    }

    Uri At(int turn) => instances[turn % instances.Count].Address;
}
