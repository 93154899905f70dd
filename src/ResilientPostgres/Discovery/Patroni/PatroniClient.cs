using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ResilientPostgres.Discovery;

/// <summary>Asks one member. Who answers wrongly, too much, or not in time has not answered.</summary>
sealed class PatroniClient : IDisposable
{
    const int MostBytes = 1 << 20;

    readonly HttpClient _http;
    readonly string? _scope;
    readonly TimeSpan _timeout;

    public PatroniClient(PatroniOptions options)
    {
        _scope = options.Scope;
        _timeout = options.RequestTimeout;
        _http = new HttpClient(options.CreateHandler?.Invoke() ?? Handler(options)) { MaxResponseContentBufferSize = MostBytes, Timeout = Timeout.InfiniteTimeSpan };
        if (options.UserName is { } user)
        {
            var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{options.Password}"));
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", pair);
        }

        foreach (var (name, value) in options.Headers)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }
    }

    public async Task<PatroniReply> AskAsync(Uri member, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(_timeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            var answer = PatroniReader.Read(await GetAsync(member, "cluster", end.Token).ConfigureAwait(false));
            var refusal = _scope is null ? null : await RefuseAsync(member, answer, end.Token).ConfigureAwait(false);
            return refusal is null ? new PatroniReply(member, answer) : new PatroniReply(member, null, refusal);
        }
        catch (Exception e)
        {
            return new PatroniReply(member, null, timer.IsCancellationRequested ? $"no answer within {_timeout.TotalSeconds:0.###} s" : Reason(e));
        }
    }

    public void Dispose() => _http.Dispose();

    async Task<byte[]> GetAsync(Uri member, string what, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(new Uri(member, what), cancellationToken).ConfigureAwait(false);
        return answer.StatusCode == HttpStatusCode.OK
            ? await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)
            : throw new InvalidDataException($"it answers /{what} with {(int)answer.StatusCode}");
    }

    /// <summary>Older versions say the cluster's name on another page only.</summary>
    async Task<string?> RefuseAsync(Uri member, PatroniAnswer answer, CancellationToken cancellationToken)
    {
        var scope = answer.Scope ?? PatroniReader.ReadScope(await GetAsync(member, "patroni", cancellationToken).ConfigureAwait(false));
        return scope == _scope ? null : $"it is of scope '{scope}', not '{_scope}'";
    }

    static string Reason(Exception e) => e is HttpRequestException { InnerException: { } inner } ? $"{e.Message} {inner.Message}" : e.Message;

    static SocketsHttpHandler Handler(PatroniOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.RootCertificate is { } file)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        }

        if (options.ClientCertificate is { } certificate)
        {
            tls.ClientCertificates = [certificate];
        }

        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = options.RequestTimeout,

            // A name may have moved.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            SslOptions = tls,
        };
    }
}
