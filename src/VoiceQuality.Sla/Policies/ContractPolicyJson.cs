using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Policies;

/// <summary>A policy, or every error that its document has.</summary>
/// <param name="Policy">The policy; null when there is an error.</param>
/// <param name="Errors">The errors in the order of the document.</param>
public sealed record ContractPolicyResult(ContractPolicy? Policy, ImmutableArray<AccountBookError> Errors);

public sealed partial record ContractPolicy
{
    /// <summary>Most octets of a document.</summary>
    public const int MaxDocumentLength = 65_536;

    /// <summary>
    /// Reads a policy from one JSON object with the fields of <see cref="ContractPolicySchema"/> and no other. Either
    /// the whole document is right, or there is no policy and every error is told with its line and path. Comments and
    /// trailing commas are allowed.
    /// </summary>
    public static ContractPolicyResult Parse(ReadOnlySpan<byte> json)
    {
        var errors = new List<AccountBookError>();
        var policy = new ContractPolicy();

        if (json.Length > MaxDocumentLength)
        {
            errors.Add(new AccountBookError(
                1, "$", AccountBookErrorKind.TooMany, $"The document is larger than {MaxDocumentLength} octets."));
        }
        else if (PositionedJson.Read(json.StartsWith(Encoding.UTF8.Preamble) ? json[3..] : json, errors) is { } root)
        {
            var fields = new JsonFields(root, errors, [.. PolicyFields.Names]);
            if (fields.IsObject)
            {
                foreach (var field in PolicyFields.Table)
                {
                    policy = field.Read(fields, policy);
                }
            }
        }

        return new ContractPolicyResult(
            errors.Count == 0 ? policy : null,
            [.. errors.OrderBy(error => error.Line).ThenBy(error => error.Path, StringComparer.Ordinal)]);
    }

    /// <summary>
    /// The document of this policy: all fields in a fixed order, the same octets for the same reading on every machine.
    /// It ends with a line feed.
    /// </summary>
    public string ToJson() => PolicyJson.Write(json =>
    {
        json.WriteStartObject();
        foreach (var field in PolicyFields.Table)
        {
            json.WritePropertyName(field.Name);
            field.Write(json, this);
        }

        json.WriteEndObject();
    });
}

/// <summary>Documents for people: indented, line feeds alone, nothing escaped that need not be.</summary>
internal static class PolicyJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(Action<Utf8JsonWriter> write)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(octets, Options))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(octets.WrittenSpan) + "\n";
    }
}
