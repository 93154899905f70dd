using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ResilientPostgres.Tests.Aws;

/// <summary>
/// Signature version 4 in the query of a GET, written down from its documentation (canonical request, string to sign, derived key), to compare the SDK's with.
/// It shares nothing with it, and is itself held against AWS's published examples.
/// </summary>
static class SigV4
{
    public const string Unsigned = "UNSIGNED-PAYLOAD";
    public const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <param name="url">Scheme, host, port and path.</param>
    /// <param name="query">All parameters, unescaped, but for the signature.</param>
    /// <param name="scope">Region and service.</param>
    /// <param name="secret">The secret key.</param>
    /// <param name="at">The moment that X-Amz-Date says.</param>
    /// <param name="payload">The payload's hash.</param>
    public static string Signature(Uri url, IEnumerable<KeyValuePair<string, string>> query, (string Region, string Service) scope, string secret, DateTimeOffset at, string payload)
    {
        var canonicalQuery = string.Join('&', query
            .Select(static p => (Key: Escape(p.Key), Value: Escape(p.Value)))
            .OrderBy(static p => p.Key, StringComparer.Ordinal)
            .Select(static p => $"{p.Key}={p.Value}"));
        var host = url.IsDefaultPort ? url.Host : $"{url.Host}:{url.Port}";
        return Sign($"GET\n{url.AbsolutePath}\n{canonicalQuery}\nhost:{host}\n\nhost\n{payload}", scope, secret, at);
    }

    public static string Sign(string canonicalRequest, (string Region, string Service) scope, string secret, DateTimeOffset at)
    {
        var day = at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var moment = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)));
        var toSign = $"AWS4-HMAC-SHA256\n{moment}\n{day}/{scope.Region}/{scope.Service}/aws4_request\n{hash}";
        return Convert.ToHexStringLower(Hmac(Key(secret, day, scope.Region, scope.Service), toSign));
    }

    public static byte[] Key(string secret, string day, string region, string service) =>
        Hmac(Hmac(Hmac(Hmac(Encoding.UTF8.GetBytes("AWS4" + secret), day), region), service), "aws4_request");

    static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    /// <summary>All but letters, digits, and - _ . ~ becomes %XY.</summary>
    static string Escape(string text) => Uri.EscapeDataString(text);
}
