using System.ComponentModel.DataAnnotations;
using System.Net;
using VoiceQuality.Monitor.Sources.Hep;

namespace VoiceQuality.Service.Hosting;

/// <summary>Endpoints that send voice quality reports (RFC 6035) in PUBLISH over UDP.</summary>
internal sealed class ReportSourceOptions : IValidatableObject
{
    /// <summary>Address and port to listen on; null turns it off.</summary>
    public string? Listen { get; set; }

    /// <summary>Addresses or networks that may send. Without any, this machine alone.</summary>
    public List<string> Senders { get; set; } = [];

    /// <summary>Where to listen; null when it is off.</summary>
    public IPEndPoint? EndPoint =>
        Listen is not null && HepSourceOptions.TryParseListen(Listen, out var endPoint) ? endPoint : null;

    /// <summary>Who may send.</summary>
    public IReadOnlyList<HepSender> Allowed => Senders.Count == 0
        ? new HepOptions().Senders
        : [.. Senders.Select(text => HepSender.TryParse(text, out var sender) ? sender : default)];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Listen is not null && EndPoint is null)
        {
            yield return new ValidationResult("is not an address and a port such as 127.0.0.1:5070", [nameof(Listen)]);
        }
        else if (EndPoint is { } endPoint && !IPAddress.IsLoopback(endPoint.Address) && Senders.Count == 0)
        {
            yield return new ValidationResult("is open to other machines, which takes Senders", [nameof(Listen)]);
        }

        for (var i = 0; i < Senders.Count; i++)
        {
            if (!HepSender.TryParse(Senders[i], out _))
            {
                yield return new ValidationResult(
                    "is not an address or network such as 192.0.2.0/24", [$"{nameof(Senders)}:{i}"]);
            }
        }
    }
}
