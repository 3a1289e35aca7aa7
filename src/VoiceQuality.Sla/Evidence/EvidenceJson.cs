using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;

namespace VoiceQuality.Sla.Evidence;

/// <summary>How values, digests and the document are written.</summary>
internal static class EvidenceJson
{
    public static readonly InstantPattern TimePattern =
        InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.ffffff'Z'");

    public static readonly LocalDatePattern DatePattern = LocalDatePattern.Iso;

    public static readonly LocalDateTimePattern LocalTimePattern = LocalDateTimePattern.GeneralIso;

    // Nothing here is ever put into HTML, and a policy's text is to be read by people.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Indented = Compact with { Indented = true, NewLine = "\n" };

    public static string Time(Instant instant) => TimePattern.Format(instant);

    public static string? Amount(decimal? amount) => amount is { } known ? Money.Format(known) : null;

    public static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);

    public static string DigestOf(JsonNode node) => DigestOf(TextOf(node));

    public static string DigestOf(JsonElement element) => DigestOf(TextOf(element));

    /// <summary>
    /// Adds the digest of every section, which is each member but format and version, and gives that of the whole.
    /// </summary>
    public static string Seal(JsonObject evidence)
    {
        var digests = new JsonObject();
        foreach (var (name, section) in evidence)
        {
            if (name is not ("format" or "formatVersion"))
            {
                digests[name] = DigestOf(section!);
            }
        }

        evidence[EvidenceBundle.SectionDigests] = digests;
        return DigestOf(evidence);
    }

    public static byte[] Write(JsonNode node)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(octets, Indented))
        {
            node.WriteTo(writer);
        }

        octets.Write("\n"u8);
        return octets.WrittenSpan.ToArray();
    }

    /// <summary>A value as it is compared: numbers digit by digit, texts by what they say.</summary>
    public static string TextOf(JsonNode? node) => TextOf(writer =>
    {
        if (node is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            node.WriteTo(writer);
        }
    });

    /// <inheritdoc cref="TextOf(JsonNode?)"/>
    public static string TextOf(JsonElement element) => TextOf(element.WriteTo);

    private static string DigestOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string TextOf(Action<Utf8JsonWriter> write)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(octets, Compact))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }
}
