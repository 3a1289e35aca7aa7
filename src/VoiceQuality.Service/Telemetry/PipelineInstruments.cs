using System.Diagnostics.Metrics;
using VoiceQuality.Monitor;

namespace VoiceQuality.Service.Telemetry;

/// <summary>
/// Shows what the pipelines count. Nothing is recorded per packet; the snapshots are read when asked for.
/// </summary>
internal static class PipelineInstruments
{
    public static void Create(Meter meter, PipelineTotals totals, TimeProvider time)
    {
        Counter("voicequality.capture.packets", "{packet}", "Frames read from the sources.", c => c.Packets);
        Counter(
            "voicequality.capture.not_seen", "{packet}", "Packets that passed unseen: an interface's ring was full.",
            c => c.NotSeen);
        Counter("voicequality.capture.bytes", "By", "Octets of those frames on the wire.", c => c.Octets);
        Counter("voicequality.sip.messages", "{message}", "SIP messages parsed.", c => c.SipMessages);
        Counter("voicequality.rtp.packets", "{packet}", "RTP packets of recognised streams.", c => c.RtpPackets);
        Counter("voicequality.rtcp.packets", "{packet}", "RTCP packets.", c => c.RtcpPackets);
        Counter("voicequality.capture.loss.spans", "{span}",
            "Times in which the tap itself lost packets, as many streams tell together.", c => c.CaptureLossSpans);
        Counter("voicequality.capture.unseen", "{packet}",
            "RTP packets sent in those times and not seen; they are not lost.", c => c.UnseenPackets);

        meter.CreateObservableCounter(
            "voicequality.capture.rejects",
            () => totals.Current.Rejects.Select(reject => new Measurement<long>(reject.Value, LabelsOf(reject.Key))),
            "{packet}", "Frames and messages left out, by layer and reason.");
        meter.CreateObservableGauge(
            "voicequality.calls.active", () => totals.Current.ActiveCalls, "{call}", "Calls in progress.");
        meter.CreateObservableGauge(
            "voicequality.streams.active", () => totals.Current.ActiveStreams, "{stream}", "RTP streams in progress.");
        meter.CreateObservableGauge(
            "voicequality.source.lag", () => LagOf(totals.Current, time), "s",
            "Age of the latest packet by its capture time.");

        void Counter(string name, string unit, string description, Func<PipelineCounters, long> value) =>
            meter.CreateObservableCounter(name, () => value(totals.Current), unit, description);
    }

    private static IEnumerable<Measurement<double>> LagOf(PipelineCounters counters, TimeProvider time)
    {
        if (counters.LastPacketAtUs is { } last)
        {
            yield return new Measurement<double>(
                (time.GetUtcNow() - DateTimeOffset.UnixEpoch.AddMicroseconds(last)).TotalSeconds);
        }
    }

    private static KeyValuePair<string, object?>[] LabelsOf(string reject)
    {
        var dot = reject.IndexOf('.', StringComparison.Ordinal);
        return [new("layer", dot < 0 ? "other" : reject[..dot]), new("reason", reject[(dot + 1)..])];
    }
}
