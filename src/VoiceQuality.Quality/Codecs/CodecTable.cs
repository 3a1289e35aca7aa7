using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Quality.Codecs;

/// <summary>
/// Codec impairment values by encoding name. The built-in rows are data (codecs.json), and an operator may bring a
/// table of his own. The order of the rows matters: the first that fits is used.
/// </summary>
public sealed class CodecTable
{
    private const string ResourceName = "VoiceQuality.Quality.Codecs.codecs.json";

    private static readonly Lazy<CodecTable> BuiltIn = new(LoadBuiltIn);

    private static readonly string[] NotAudioNames =
    [
        "telephone-event", "tone", "CN", "red", "rtx", "ulpfec", "flexfec", "flexfec-03", "parityfec", "fec", "t140",
        "t140c", "t38", "clearmode", "H261", "H263", "H263-1998", "H263-2000", "H264", "H264-SVC", "H265", "H266", "VP8",
        "VP9", "AV1", "MPV", "MP2T", "JPEG", "nv", "CelB", "raw", "x-data",
    ];

    private readonly Dictionary<string, List<CodecRow>> _rowsByName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<string> _digest;

    internal CodecTable(string version, IReadOnlyList<CodecRow> rows, string text)
    {
        Version = version;
        Text = text;
        _digest = new Lazy<string>(() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        Rows = rows;
        foreach (var row in rows)
        {
            foreach (var name in row.EncodingNames)
            {
                if (!_rowsByName.TryGetValue(name, out var ofName))
                {
                    ofName = [];
                    _rowsByName.Add(name, ofName);
                }

                ofName.Add(row);
            }
        }
    }

    /// <summary>The built-in table.</summary>
    public static CodecTable Default => BuiltIn.Value;

    /// <summary>Version of the table, as it is stored with a score.</summary>
    public string Version { get; }

    /// <summary>SHA-256 over <see cref="Text"/> in UTF-8: 64 lowercase hexadecimal digits.</summary>
    public string Digest => _digest.Value;

    /// <summary>The table as it was read.</summary>
    public string Text { get; }

    /// <summary>All rows, in the table's order.</summary>
    public IReadOnlyList<CodecRow> Rows { get; }

    /// <summary>Reads a table in the format of codecs.json.</summary>
    /// <param name="json">The text, UTF-8 JSON with comments and trailing commas allowed.</param>
    /// <exception cref="FormatException">It is wrong; the message names every error and its row.</exception>
    public static CodecTable Parse(string json) =>
        TryParse(json, out var table, out var errors)
            ? table
            : throw new FormatException(string.Join(Environment.NewLine, errors));

    /// <summary>Reads a table, or reports every error at once with the row it is in.</summary>
    public static bool TryParse(
        string json, [NotNullWhen(true)] out CodecTable? table, out IReadOnlyList<string> errors) =>
        CodecTableReader.TryRead(json, out table, out errors);

    /// <summary>True for media that is never scored: events, comfort noise, redundancy, text, video.</summary>
    public static bool IsNotAudio(string encodingName) =>
        NotAudioNames.Contains(encodingName, StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds the row to score a stream with.</summary>
    /// <param name="query">What is known of the codec.</param>
    /// <param name="policy">Which rows may be used.</param>
    /// <param name="row">The first row that fits and has Ie and Bpl.</param>
    /// <param name="reason">Why there is none; <see cref="UnscoredReason.None"/> otherwise.</param>
    public bool TryFind(
        in CodecQuery query, in CodecPolicy policy, [NotNullWhen(true)] out CodecRow? row, out UnscoredReason reason)
    {
        row = null;

        if (string.IsNullOrEmpty(query.EncodingName))
        {
            reason = UnscoredReason.CodecUnknown;
            return false;
        }

        if (IsNotAudio(query.EncodingName))
        {
            reason = UnscoredReason.NotAudio;
            return false;
        }

        reason = UnscoredReason.CodecNotInTable;

        foreach (var candidate in _rowsByName.GetValueOrDefault(query.EncodingName) ?? [])
        {
            if (!Fits(candidate, query, policy))
            {
                continue;
            }

            if (candidate.HasLossFactor)
            {
                row = candidate;
                reason = UnscoredReason.None;
                return true;
            }

            reason = UnscoredReason.CodecHasNoLossFactor;
        }

        return false;
    }

    /// <summary>
    /// Whether the rows for a codec differ by voice activity detection or by bit rate, so that finding one takes to
    /// know them.
    /// </summary>
    /// <param name="encodingName">Encoding name, compared without case.</param>
    /// <param name="clockRateHz">RTP clock rate, Hz.</param>
    public (bool ByVad, bool ByBitRate) VariantsOf(string encodingName, int clockRateHz)
    {
        var rows = (_rowsByName.GetValueOrDefault(encodingName) ?? []).Where(row => row.ClockRateHz == clockRateHz);
        return (rows.Any(static row => row.Vad is not null), rows.Any(static row => row.BitRate is not null));
    }

    /// <summary>A row without a loss factor scores nothing, whatever its status; it only says why.</summary>
    private static bool Fits(CodecRow row, in CodecQuery query, in CodecPolicy policy) =>
        row.ClockRateHz == query.ClockRateHz
        && (row.Plc is null || row.Plc != policy.WithoutPlc)
        && (row.Vad is null || row.Vad == (query.Vad ?? true))
        && (row.BitRate is null || row.BitRate == query.BitRate)
        && (row.Status == CodecRowStatus.Established || policy.AllowEstimated || !row.HasLossFactor);

    private static CodecTable LoadBuiltIn()
    {
        using var stream = typeof(CodecTable).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The resource {ResourceName} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }
}
