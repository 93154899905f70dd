using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ResilientPostgres.Testing;

/// <summary>A server's certificate and key as PEM files. PostgreSQL takes a key only if its own user owns it and nobody else may read it.</summary>
internal sealed class CertificateFiles(string folder, string name)
{
    const string Write = """
        umask 077
        cat >"$1"
        """;

    internal string Certificate { get; } = Path.Combine(folder, name + ".crt");

    internal string Key { get; } = Path.Combine(folder, name + ".key");

    internal async Task WriteAsync(X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        await WriteAsync(Certificate, certificate.ExportCertificatePem(), cancellationToken).ConfigureAwait(false);
        await WriteAsync(Key, KeyOf(certificate), cancellationToken).ConfigureAwait(false);
    }

    static string KeyOf(X509Certificate2 certificate)
    {
        using AsymmetricAlgorithm? key = certificate.GetECDsaPrivateKey() ?? (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey();
        return key?.ExportPkcs8PrivateKeyPem() ?? throw new ArgumentException("The certificate's key is neither ECDSA nor RSA.");
    }

    Task WriteAsync(string path, string content, CancellationToken cancellationToken) =>
        Launch.RunAsync(["/bin/sh", "-c", Write, "sh", path], folder, content, cancellationToken);
}
