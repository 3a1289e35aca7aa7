using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VoiceQuality.Testing.Hep;

/// <summary>Certificates made for a test: an authority, and whom it vouches for.</summary>
public static class TestCertificates
{
    /// <summary>An authority that vouches for itself.</summary>
    public static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>A certificate with its key for the machine itself, as a server and as a client.</summary>
    public static X509Certificate2 Of(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var certificate = request.Create(
            authority, DateTimeOffset.UtcNow.AddHours(-12), DateTimeOffset.UtcNow.AddHours(12),
            RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>A certificate with an RSA key that vouches for itself.</summary>
    public static X509Certificate2 OfRsa(string name)
    {
        using var key = RSA.Create(2_048);
        return new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>The certificate, or its key, as a file in PEM.</summary>
    public static string ToFile(this X509Certificate2 certificate, string folder, string name, bool isKey = false)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var path = Path.Combine(folder, name);
        using var key = isKey ? certificate.GetECDsaPrivateKey() : null;
        File.WriteAllText(path, key?.ExportPkcs8PrivateKeyPem() ?? certificate.ExportCertificatePem());
        return path;
    }
}
