using System.Text.Json;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Noc;

namespace VoiceQuality.Service.Api;

/// <summary>What the score of a stream was made from and by.</summary>
/// <param name="Policy">The scoring policy; null in what was stored before policies were kept.</param>
/// <param name="IsPolicyOnFile">Whether the document of the policy is known here.</param>
/// <param name="MinExpectedPackets">Expected packets below which there is no score; null when it is not on
/// file.</param>
/// <param name="CodecTableVersion">Version of its codec table; null when it is not on file.</param>
/// <param name="CodecRow">The row of the table; null without one.</param>
/// <param name="JitterBuffer">The emulated buffer, "fixed:60".</param>
/// <param name="SkewCorrection">Whether the sender's clock skew was taken out of what it saw.</param>
/// <param name="Expected">Expected packets of the scored part.</param>
/// <param name="Lost">Lost ones.</param>
/// <param name="Discarded">Ones too late for the buffer; null when that says nothing.</param>
/// <param name="BadRuns">Runs of consecutive lost or late packets.</param>
/// <param name="Unseen">Packets that the tap lost itself.</param>
internal sealed record ProvenanceResponse(
    ScoringPolicyName? Policy,
    bool IsPolicyOnFile,
    int? MinExpectedPackets,
    string? CodecTableVersion,
    CodecRowResponse? CodecRow,
    string JitterBuffer,
    bool SkewCorrection,
    long Expected,
    long Lost,
    long? Discarded,
    long BadRuns,
    long Unseen)
{
    public static ProvenanceResponse Of(StreamView view)
    {
        var explanation = view.Explanation;
        var counters = explanation.Counters;
        return new ProvenanceResponse(
            explanation.Policy, explanation.IsPolicyOnFile, explanation.MinExpectedPackets,
            explanation.CodecTableVersion, CodecRowResponse.Of(explanation.Row), view.Stream.Model.JitterBuffer,
            view.Stream.Model.SkewCorrection, counters.Expected, counters.Lost, view.Stream.DiscardedOf(counters), counters.BadRuns, explanation.Unseen);
    }
}

/// <summary>A row of a codec table.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Ie">Equipment impairment factor, 0 to 132.</param>
/// <param name="Bpl">Packet-loss robustness factor; null when no value is published.</param>
/// <param name="Source">Where the values stand.</param>
/// <param name="Edition">Edition of the source.</param>
/// <param name="Status">established or estimated.</param>
internal sealed record CodecRowResponse(
    string Id, double Ie, double? Bpl, string Source, string Edition, string Status)
{
    public static CodecRowResponse? Of(CodecRow? row) => row is null
        ? null
        : new CodecRowResponse(
            row.Id, row.Ie, row.Bpl, row.Source, row.Edition,
            JsonNamingPolicy.CamelCase.ConvertName(row.Status.ToString()));
}
