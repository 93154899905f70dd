using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ResilientPostgres.TestServers;

/// <summary>An authority nobody knows but the tests, and the certificates it issues.</summary>
public sealed class PrivateCertificateAuthority : IDisposable
{
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(2);
    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("certificates-");
    readonly X509Certificate2 _certificate;

    public PrivateCertificateAuthority(string name = "Test authority")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = TimeProvider.System.GetUtcNow();
        _certificate = request.CreateSelfSigned(now - Lifetime, now + Lifetime);
        File = Path.Combine(_folder.FullName, "root.crt");
        System.IO.File.WriteAllText(File, _certificate.ExportCertificatePem());
    }

    /// <summary>The authority's own certificate in a PEM file: Npgsql's <c>Root Certificate</c>. Removed with the authority.</summary>
    public string File { get; }

    /// <summary>Issues a server certificate, with its private key.</summary>
    /// <param name="names">DNS names, which may begin with <c>*.</c>, and addresses. The first is the subject as well.</param>
    public X509Certificate2 Issue(params string[] names)
    {
        var now = TimeProvider.System.GetUtcNow();
        return Issue(now - (Lifetime / 2), now + (Lifetime / 2), names);
    }

    /// <summary>Issues a server certificate that ended yesterday.</summary>
    public X509Certificate2 IssueExpired(params string[] names)
    {
        var now = TimeProvider.System.GetUtcNow();
        return Issue(now - Lifetime, now - (Lifetime / 2), names);
    }

    /// <summary>Trusts this authority and no other.</summary>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(_certificate);
        return policy;
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    X509Certificate2 Issue(DateTimeOffset from, DateTimeOffset to, string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(AlternativeNames(names));
        using var certificate = request.Create(_certificate, from, to, Guid.NewGuid().ToByteArray());
        return certificate.CopyWithPrivateKey(key);
    }

    static X509Extension AlternativeNames(string[] names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                builder.AddIpAddress(address);
            }
            else
            {
                builder.AddDnsName(name);
            }
        }

        return builder.Build();
    }
}
