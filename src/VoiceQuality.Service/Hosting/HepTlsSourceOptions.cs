using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using VoiceQuality.Monitor.Sources.Hep;

namespace VoiceQuality.Service.Hosting;

/// <summary>Capture agents over TLS 1.2 and 1.3. Certificates are read when the service starts.</summary>
internal sealed class HepTlsSourceOptions : IValidatableObject
{
    /// <summary>Address and port to listen on; null turns it off.</summary>
    public string? Listen { get; set; }

    /// <summary>Our certificate and those above it: PEM, or PKCS#12 with the private key.</summary>
    public string? Certificate { get; set; }

    /// <summary>The private key in PEM; null when it is in the file of the certificate.</summary>
    public string? Key { get; set; }

    /// <summary>Password of the private key; null for none.</summary>
    public string? Password { get; set; }

    /// <summary>Authorities in PEM; agents must then show a certificate of one of them. Null asks for none.</summary>
    public string? ClientAuthorities { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Listen is null)
        {
            if (Certificate is not null || Key is not null || ClientAuthorities is not null)
            {
                yield return new ValidationResult("is missing; without it nothing else of TLS has a use", [nameof(Listen)]);
            }
        }
        else if (!HepSourceOptions.TryParseListen(Listen, out _))
        {
            yield return new ValidationResult("is not an address and a port such as 127.0.0.1:9061", [nameof(Listen)]);
        }
        else if (Certificate is null)
        {
            yield return new ValidationResult("is missing; TLS takes the file of a certificate", [nameof(Certificate)]);
        }
        else if (Problem() is { } problem)
        {
            yield return new ValidationResult($"cannot be used: {problem}", [nameof(Certificate)]);
        }
    }

    /// <summary>The same for a source; null when it is off.</summary>
    public HepTlsOptions? ToSource() => Listen is not null && Certificate is not null
        && HepSourceOptions.TryParseListen(Listen, out var endPoint)
        ? HepTlsOptions.Load(endPoint, Certificate, Key, Password, ClientAuthorities)
        : null;

    private string? Problem()
    {
        try
        {
            ToSource();
            return null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            return e.Message;
        }
    }
}
