using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VoiceQuality.Monitor.Sources.Hep;

/// <summary>How capture agents are received over TLS 1.2 and 1.3.</summary>
public sealed class HepTlsOptions
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Where to listen.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Who we are: a certificate with its private key, and those that lead from it to its authority.</summary>
    public required SslStreamCertificateContext Certificate { get; init; }

    /// <summary>
    /// Whose certificates agents must show; empty when none is asked for. Revocation is not looked up: an authority
    /// for agents alone is told by taking it out.
    /// </summary>
    public X509Certificate2Collection ClientAuthorities { get; init; } = [];

    /// <summary>Reads certificates from files.</summary>
    /// <param name="listen">Where to listen.</param>
    /// <param name="certificateFile">PEM, or PKCS#12 with its key.</param>
    /// <param name="keyFile">The private key in PEM; null when it is in the file of the certificate.</param>
    /// <param name="password">Of the key; null for none.</param>
    /// <param name="clientAuthoritiesFile">PEM; null when no certificate is asked of agents.</param>
    /// <exception cref="CryptographicException">A file is not what it should be; the message says which.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static HepTlsOptions Load(
        IPEndPoint listen, string certificateFile, string? keyFile, string? password, string? clientAuthoritiesFile)
    {
        ArgumentNullException.ThrowIfNull(certificateFile);
        var (own, others) = LoadOwn(certificateFile, keyFile, password);
        if (!own.HasPrivateKey)
        {
            throw new CryptographicException("the certificate has no private key beside it");
        }

        X509Certificate2Collection authorities = [];
        if (clientAuthoritiesFile is not null)
        {
            authorities.ImportFromPem(File.ReadAllText(clientAuthoritiesFile));
            if (authorities.Count == 0)
            {
                throw new CryptographicException("the file of client authorities has no certificate in PEM");
            }
        }

        return new HepTlsOptions
        {
            Listen = listen,
            Certificate = SslStreamCertificateContext.Create(own, others, offline: true),
            ClientAuthorities = authorities,
        };
    }

    internal SslServerAuthenticationOptions ToAuthentication()
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Certificate,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = ClientAuthorities.Count > 0,
            AllowRenegotiation = false,
        };
        if (ClientAuthorities.Count > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(ClientAuthorities);
            options.CertificateChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        }

        return options;
    }

    private static (X509Certificate2 Own, X509Certificate2Collection Others) LoadOwn(
        string certificateFile, string? keyFile, string? password)
    {
        var octets = File.ReadAllBytes(certificateFile);
        if (octets.AsSpan().IndexOf("-----BEGIN"u8) < 0)
        {
            var all = X509CertificateLoader.LoadPkcs12Collection(octets, password);
            var own = all.FirstOrDefault(static certificate => certificate.HasPrivateKey)
                ?? throw new CryptographicException("the file has no certificate with a private key");
            all.Remove(own);
            return (own, all);
        }

        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(certificateFile);
        if (chain.Count > 0)
        {
            chain.RemoveAt(0);
        }

        return (password is null
            ? X509Certificate2.CreateFromPemFile(certificateFile, keyFile)
            : X509Certificate2.CreateFromEncryptedPemFile(certificateFile, password, keyFile), chain);
    }
}
