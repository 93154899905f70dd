using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using ResilientPostgres.Endpoints;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Discovery;

/// <summary>What <see cref="PatroniOptions"/> must keep to.</summary>
static class PatroniRules
{
    /// <exception cref="OptionsValidationException">Something is wrong; every failure is listed.</exception>
    public static void Check(string cluster, PatroniOptions options)
    {
        var failures = new List<string>();
        foreach (var url in options.Urls)
        {
            Check(url, failures);
        }

        SpanRules.Within(failures, "Patroni:RequestTimeout", options.RequestTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30));
        SpanRules.Within(failures, "Patroni:Interval", options.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        CheckAccess(options, failures);
        if (failures.Count > 0)
        {
            throw new OptionsValidationException(cluster, typeof(PatroniOptions), failures.Select(f => ClusterFailures.Named(f, cluster)));
        }
    }

    static void Check(Uri? url, List<string> failures)
    {
        if (url is not { IsAbsoluteUri: true } || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            failures.Add($"Patroni:Urls has {Secrecy.Quote(url?.ToString())}; write a member's REST interface as http://pg-a:8008 or https://pg-a:8008.");
        }
        else if (url.UserInfo.Length > 0)
        {
            failures.Add($"Patroni:Urls has a user in that of {url.Host}; write it to Patroni:UserName and Patroni:Password, for addresses stand in logs.");
        }
        else if (url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            failures.Add($"Patroni:Urls has '{url}'; write what stands before the ? or #, /cluster is added to it.");
        }
    }

    static void CheckAccess(PatroniOptions options, List<string> failures)
    {
        if (options.RootCertificate is { } file)
        {
            CheckCertificate(file, failures);
        }

        if (options.ClientCertificate is { HasPrivateKey: false })
        {
            failures.Add("Patroni:ClientCertificate has no private key; load it together with its key.");
        }

        if (options.UserName is null != options.Password is null)
        {
            failures.Add("Patroni:UserName and Patroni:Password are given both or not at all.");
        }

        if (options.UserName?.Contains(':', StringComparison.Ordinal) == true)
        {
            failures.Add("Patroni:UserName has a colon, which HTTP's basic authentication can't send.");
        }

        using var request = new HttpRequestMessage();
        foreach (var (name, value) in options.Headers)
        {
            if (value is null || value.AsSpan().ContainsAny('\r', '\n') || !request.Headers.TryAddWithoutValidation(name, value))
            {
                failures.Add($"Patroni:Headers has '{name}', which a request can't carry.");
            }
        }

        if (options.CreateHandler is not null && (options.RootCertificate is not null || options.ClientCertificate is not null))
        {
            failures.Add("Patroni:CreateHandler makes what sends the requests; give the certificates to that handler.");
        }
    }

    static void CheckCertificate(string file, List<string> failures)
    {
        if (!File.Exists(file))
        {
            failures.Add($"Patroni:RootCertificate is '{file}', and there is no such file.");
            return;
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            failures.Add($"Patroni:RootCertificate is '{file}', which can't be read: {e.Message}");
            return;
        }

        if (certificates.Count == 0)
        {
            failures.Add($"Patroni:RootCertificate is '{file}', which has no certificate. Give a PEM file, with -----BEGIN CERTIFICATE-----.");
        }

        foreach (var certificate in certificates)
        {
            certificate.Dispose();
        }
    }
}
