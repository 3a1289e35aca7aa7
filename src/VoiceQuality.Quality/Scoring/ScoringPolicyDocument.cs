using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Quality.Scoring;

/// <summary>Which MOS of a call counts.</summary>
public enum ScoreBasis
{
    /// <summary>MOS-LQ: without the delay of the path.</summary>
    MosLq,

    /// <summary>MOS-CQ: with it. A stream whose delay was not measured is unscored.</summary>
    MosCq,
}

/// <summary>The name of a scoring policy, as it stands with every score.</summary>
/// <param name="Id">Its versioned id, such as "default-2".</param>
/// <param name="Digest">SHA-256 over <see cref="ScoringPolicyDocument.ToJson"/>, 64 hexadecimal digits.</param>
public sealed record ScoringPolicyName(string Id, string Digest);

/// <summary>
/// How counters become scores, as data: the codec table and which of its rows may be used, the emulated jitter buffer,
/// the least number of packets, which MOS counts and how wideband codecs do. A score is a function of counters and
/// this.
/// </summary>
public sealed record ScoringPolicyDocument
{
    /// <summary>Least and greatest of <see cref="MinExpectedPackets"/>.</summary>
    internal const int LeastPackets = 1, MostPackets = 100_000;

    /// <summary>
    /// Digest of <see cref="Default"/>: known beforehand, so that no command has to load a library for it.
    /// </summary>
    internal const string DefaultDigest = "533409fe402c88256d5ab0bf753f727b9e5811c0d44f74e4415d3579d513f87f";

    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>What is in force unless an operator decides otherwise.</summary>
    public static ScoringPolicyDocument Default { get; } = new();

    /// <summary>The built-in policy of before clock skew was corrected; that of scores without a policy.</summary>
    public static ScoringPolicyDocument Default1 { get; } = new() { Id = "default-1", CorrectsSkew = false };

    /// <summary>All policies that are built in; <see cref="Default"/> is the first.</summary>
    public static IReadOnlyList<ScoringPolicyDocument> BuiltIn { get; } = [Default, Default1];

    /// <summary>Versioned id: 1 to 64 of A-Z, a-z, 0-9, '-', '_' and '.'.</summary>
    public string Id { get; init; } = "default-2";

    /// <summary>The codec table. The document has its version and digest, and beside them where it was read.</summary>
    public CodecTable Codecs { get; init; } = CodecTable.Default;

    /// <summary>File of the codec table, as the document names it; null for the built-in one.</summary>
    public string? CodecsFile { get; init; }

    /// <summary>G.711 without packet loss concealment: Bpl 4.3 in place of 25.1 (G.113 Table I.4).</summary>
    public bool WithoutPlc { get; init; }

    /// <summary>Rows of status estimated may be used; what they give is marked.</summary>
    public bool AllowEstimated { get; init; }

    /// <summary>The emulated jitter buffer that scores.</summary>
    public JitterBufferModel JitterBuffer { get; init; } = JitterBufferModel.Default;

    /// <summary>
    /// Whether the sender's clock skew is taken out of what the jitter buffer sees, once it is established. A document
    /// that does not say so does not: that is how it was before.
    /// </summary>
    public bool CorrectsSkew { get; init; } = true;

    /// <summary>Expected packets below which there is no score, 1 to 100,000.</summary>
    public int MinExpectedPackets { get; init; } = 100;

    /// <summary>Which MOS counts.</summary>
    public ScoreBasis Score { get; init; }

    /// <summary>How wideband and fullband codecs count.</summary>
    public WidebandRule Wideband { get; init; }

    /// <summary>
    /// SHA-256 over <see cref="ToJson"/>, without the place of the codec file: 64 hexadecimal digits.
    /// </summary>
    public string Digest => Equals(Default) ? DefaultDigest : ComputeDigest();

    /// <summary>Id and digest.</summary>
    public ScoringPolicyName Name => new(Id, Digest);

    /// <summary>What the scorer needs of it.</summary>
    public ScoringPolicy ToScoringPolicy() => new()
    {
        MinExpectedPackets = MinExpectedPackets,
        JitterBuffer = JitterBuffer.Kind,
        JitterBufferMs = JitterBuffer.DepthMs,
        Wideband = Wideband,
    };

    /// <summary>Which rows of the codec table may be used.</summary>
    public CodecPolicy ToCodecPolicy() => new() { WithoutPlc = WithoutPlc, AllowEstimated = AllowEstimated };

    /// <summary>The document. Reading it again gives an equal policy.</summary>
    public string ToJson() => Encoding.UTF8.GetString(Write(withFile: true));

    /// <summary>Reads a document, or reports everything that is wrong with it.</summary>
    /// <param name="json">The document.</param>
    /// <param name="codecsOf">
    /// The text of a codec file that the document names; null for none there. The built-in table is not asked for.
    /// </param>
    /// <param name="policy">The policy.</param>
    /// <param name="errors">One sentence for each error.</param>
    public static bool TryParse(
        string json,
        Func<string, string?> codecsOf,
        [NotNullWhen(true)] out ScoringPolicyDocument? policy,
        out IReadOnlyList<string> errors) => ScoringPolicyReader.TryRead(json, codecsOf, out policy, out errors);

    /// <summary>Reads a document of whose codec table only version and digest count, not the place.</summary>
    public static bool TryParseWith(
        string json, CodecTable codecs, [NotNullWhen(true)] out ScoringPolicyDocument? policy) =>
        ScoringPolicyReader.TryRead(json, codecs, out policy);

    /// <summary><see cref="Digest"/>, from the document.</summary>
    internal string ComputeDigest() => Convert.ToHexStringLower(SHA256.HashData(Write(withFile: false)));

    private byte[] Write(bool withFile)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteStartObject("codecs");
            if (withFile)
            {
                json.WriteString("file", CodecsFile);
            }

            json.WriteString("version", Codecs.Version);
            json.WriteString("sha256", Codecs.Digest);
            json.WriteEndObject();
            json.WriteString("g711", WithoutPlc ? "noPlc" : "plc");
            json.WriteBoolean("estimatedRows", AllowEstimated);
            json.WriteString("jitterBuffer", JitterBuffer.ToString());
            if (CorrectsSkew)
            {
                json.WriteBoolean("skewCorrection", true);
            }

            json.WriteNumber("minExpectedPackets", MinExpectedPackets);
            json.WriteString("score", JsonNamingPolicy.CamelCase.ConvertName(Score.ToString()));
            json.WriteString("wideband", JsonNamingPolicy.CamelCase.ConvertName(Wideband.ToString()));
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
