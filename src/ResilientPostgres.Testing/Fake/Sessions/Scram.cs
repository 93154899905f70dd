using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>The server's side of SCRAM-SHA-256 without channel binding (RFC 5802, RFC 7677).</summary>
internal sealed class Scram(string password)
{
    internal const string Mechanism = "SCRAM-SHA-256";

    // The least that RFC 7677 allows: a test's time is better spent elsewhere.
    const int Iterations = 4096;

    readonly byte[] _salt = RandomNumberGenerator.GetBytes(16);
    string _clientFirst = "";
    string _serverFirst = "";
    string _nonce = "";
    string _binding = "";

    /// <returns>The server's first message.</returns>
    internal string Begin(string clientFirst)
    {
        var header = clientFirst.Split(',', 3);
        if (header is not [['n' or 'y'], _, var bare] || Attribute(bare, 'r') is not { Length: > 0 } clientNonce)
        {
            throw PostgresError.Protocol("malformed SCRAM message", isFatal: true);
        }

        _binding = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{header[0]},{header[1]},"));
        _clientFirst = bare;
        _nonce = clientNonce + Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        return _serverFirst = string.Create(CultureInfo.InvariantCulture, $"r={_nonce},s={Convert.ToBase64String(_salt)},i={Iterations}");
    }

    /// <returns>The server's last message; null if the proof is wrong.</returns>
    internal string? Finish(string clientFinal)
    {
        var at = clientFinal.LastIndexOf(",p=", StringComparison.Ordinal);
        if (at < 0 || Attribute(clientFinal[..at], 'r') != _nonce || Attribute(clientFinal[..at], 'c') != _binding)
        {
            throw PostgresError.Protocol("malformed SCRAM message", isFatal: true);
        }

        var salted = Rfc2898DeriveBytes.Pbkdf2(password.Normalize(NormalizationForm.FormKC), _salt, Iterations, HashAlgorithmName.SHA256, 32);
        var clientKey = Hash(salted, "Client Key");
        var message = $"{_clientFirst},{_serverFirst},{clientFinal[..at]}";
        var signature = Hash(SHA256.HashData(clientKey), message);
        var proof = new byte[64];
        if (!Convert.TryFromBase64String(clientFinal[(at + 3)..], proof, out var length) || length != signature.Length)
        {
            return null;
        }

        for (var i = 0; i < signature.Length; i++)
        {
            signature[i] ^= clientKey[i];
        }

        return CryptographicOperations.FixedTimeEquals(signature, proof.AsSpan(0, length))
            ? "v=" + Convert.ToBase64String(Hash(Hash(salted, "Server Key"), message))
            : null;
    }

    static byte[] Hash(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    static string? Attribute(string message, char name) =>
        message.Split(',').FirstOrDefault(a => a.Length > 1 && a[0] == name && a[1] == '=')?[2..];
}
