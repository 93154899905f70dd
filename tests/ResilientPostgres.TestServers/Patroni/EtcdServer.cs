using System.Net.Http.Json;
using System.Text;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>One etcd, in which Patroni keeps who leads.</summary>
sealed class EtcdServer(ServerFolder folder, HttpClient http) : IDisposable
{
    readonly ServerProgram _program = new(folder, "etcd");
    readonly int _peerPort = LoopbackPorts.Reserve();

    internal int Port { get; } = LoopbackPorts.Reserve();

    string Url => $"http://{PostgresServer.Loopback}:{Port}";

    internal Task StartAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var peer = $"http://{PostgresServer.Loopback}:{_peerPort}";
        return _program.StartAsync(
            [
                ProgramFinder.Get("etcd"), "--name=etcd", "--data-dir=" + folder.PathOf("etcd"), "--log-level=warn",
                "--listen-client-urls=" + Url, "--advertise-client-urls=" + Url,
                "--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer, "--initial-cluster=etcd=" + peer,

                // A lease can't be shorter than one and a half elections.
                "--heartbeat-interval=50", "--election-timeout=500",
            ],
            IsHealthyAsync,
            timeout,
            cancellationToken);
    }

    internal async Task PutAsync(string key, string value, CancellationToken cancellationToken)
    {
        var pair = new { key = Encode(key), value = Encode(value) };
        using var answer = await http.PostAsJsonAsync(Url + "/v3/kv/put", pair, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    internal Task FreezeAsync(CancellationToken cancellationToken) => _program.FreezeAsync(cancellationToken);

    internal void Thaw() => _program.Thaw();

    internal Task KillAsync() => _program.KillAsync(CancellationToken.None);

    public void Dispose()
    {
        LoopbackPorts.Release(Port);
        LoopbackPorts.Release(_peerPort);
    }

    static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    async ValueTask<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await http.GetStringAsync(Url + "/health", cancellationToken);
            return answer.Contains("true", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
