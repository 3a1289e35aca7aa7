using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text;
using VoiceQuality.Monitor.Sources.Hep;

namespace VoiceQuality.Service.Hosting;

/// <summary>Capture agents (HEP over UDP, TCP and TLS) that send what they see.</summary>
internal sealed class HepSourceOptions : IValidatableObject
{
    /// <summary>Address and port to listen on, UDP and TCP; null turns it off.</summary>
    public string? Listen { get; set; }

    /// <summary>
    /// Who may send: addresses or networks, each with the number of its agent where that is to be held to it
    /// ("192.0.2.5=2001"). Without any, this machine alone.
    /// </summary>
    public List<string> Senders { get; set; } = [];

    /// <summary>The key that every message must carry; null asks for none.</summary>
    public string? Key { get; set; }

    /// <summary>How old a message may be by our clock.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan OldestMessage { get; set; } = new HepOptions().OldestMessage;

    /// <summary>TCP and TLS connections at one time.</summary>
    [Range(1, 4_096)]
    public int MaxConnections { get; set; } = new HepOptions().MaxConnections;

    /// <summary>How many of them one sender may have.</summary>
    [Range(1, 4_096)]
    public int MaxConnectionsOfOneSender { get; set; } = new HepOptions().MaxConnectionsOfOneSender;

    /// <summary>The same over TLS, beside the port in the clear.</summary>
    public HepTlsSourceOptions Tls { get; set; } = new();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Listen is not null && !TryParseListen(Listen, out var endPoint))
        {
            yield return new ValidationResult("is not an address and a port such as 127.0.0.1:9060", [nameof(Listen)]);
        }
        else if (Listen is not null && TryParseListen(Listen, out endPoint) && !IPAddress.IsLoopback(endPoint.Address)
            && Senders.Count == 0)
        {
            yield return new ValidationResult(
                "is open to other machines, which takes Senders, and a Key where the agents can send one", [nameof(Listen)]);
        }

        if (Tls.Listen is not null && TryParseListen(Tls.Listen, out var tls) && !IPAddress.IsLoopback(tls.Address)
            && Senders.Count == 0)
        {
            yield return new ValidationResult(
                "is open to other machines, which takes Senders", [$"{nameof(Tls)}:{nameof(Tls.Listen)}"]);
        }

        if (Tls.Listen is not null && Listen is null)
        {
            yield return new ValidationResult(
                "goes with Listen; 127.0.0.1 and a port there keeps what is in the clear to this machine",
                [$"{nameof(Tls)}:{nameof(Tls.Listen)}"]);
        }

        for (var i = 0; i < Senders.Count; i++)
        {
            if (!HepSender.TryParse(Senders[i], out _))
            {
                yield return new ValidationResult(
                    "is not an address or network such as 192.0.2.0/24 or 192.0.2.5=2001", [$"{nameof(Senders)}:{i}"]);
            }
        }
    }

    /// <summary>The same for a source; null when it is off.</summary>
    public HepOptions? ToSource()
    {
        if (Listen is null || !TryParseListen(Listen, out var endPoint))
        {
            return null;
        }

        var options = new HepOptions
        {
            Listen = endPoint,
            Key = Encoding.UTF8.GetBytes(Key ?? ""),
            OldestMessage = OldestMessage,
            MaxConnections = MaxConnections,
            MaxConnectionsOfOneSender = MaxConnectionsOfOneSender,
            Tls = Tls.ToSource(),
        };
        return Senders.Count == 0
            ? options
            : options with { Senders = [.. Senders.Select(text => HepSender.TryParse(text, out var s) ? s : default)] };
    }

    // Without a port an address is no place to listen on.
    internal static bool TryParseListen(string text, out IPEndPoint endPoint) =>
        IPEndPoint.TryParse(text, out endPoint!) && text.EndsWith($":{endPoint.Port}", StringComparison.Ordinal);
}
