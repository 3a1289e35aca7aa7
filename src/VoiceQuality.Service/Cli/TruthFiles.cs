using System.Globalization;
using System.Text;
using System.Text.Json;
using VoiceQuality.Monitor.Sources.Synthetic;

namespace VoiceQuality.Service.Cli;

/// <summary>
/// The ground truth as files: a row for every stream segment, one for every call, and the sums. The files belong to
/// <see cref="OutputFiles"/>, which closes or removes them.
/// </summary>
internal sealed class TruthFiles
{
    private const string StreamHeader =
        "call_id,call,direction,segment,ssrc,source,destination,codec,payload_type,started_at,ended_at,sent,captured,"
        + "duplicates,expected,lost,reordered,loss_percent,loss_runs,max_loss_run,mean_loss_run,jitter_last_ms,"
        + "jitter_mean_ms,jitter_max_ms,max_delta_ms,comfort_noise,telephone_events,telephone_event_packets,"
        + "beyond_60_ms,round_trip_ms";

    private const string CallHeader =
        "call_id,call,from,to,outcome,final_status,invite_at,ringing_at,answered_at,ended_at,post_dial_delay_ms,"
        + "released_by,sip_messages,streams,codec,setup_captured,vlan,trunk,sbc";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly StreamWriter _streams;
    private readonly StreamWriter _calls;
    private readonly Stream _summary;
    private readonly SyntheticScenario _scenario;

    public TruthFiles(OutputFiles files, string prefix, SyntheticScenario scenario)
    {
        _scenario = scenario;
        _streams = Text(files.Open($"{prefix}.streams.csv"));
        _calls = Text(files.Open($"{prefix}.calls.csv"));
        _summary = files.Open($"{prefix}.summary.json");
        _streams.WriteLine(StreamHeader);
        _calls.WriteLine(CallHeader);
    }

    public void Write(SyntheticCallTruth call)
    {
        foreach (var stream in call.Streams)
        {
            WriteStream(stream);
        }

        var plan = call.Plan;
        var isAnswered = call.FinalStatus == 200;
        var endedAtNs = isAnswered || !plan.SetupCaptured ? call.ByeAtNs : call.FinalResponseAtNs;
        var releasedBy = call.ByeAtNs is null ? "" : plan.ReleasedBy == SyntheticParty.Caller ? "caller" : "callee";
        var postDialDelayMs = (call.RingingAtNs - call.InviteAtNs) / 1e6;

        _calls.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{call.CallId},{call.Index},{plan.Caller},{plan.Callee},{Outcome(call.Outcome)},{call.FinalStatus},"
            + $"{Instant(call.InviteAtNs)},{Instant(call.RingingAtNs)},"
            + $"{Instant(isAnswered ? call.FinalResponseAtNs : null)},{Instant(endedAtNs)},{postDialDelayMs:F3},"
            + $"{releasedBy},{call.SipMessages},{call.Streams.Length},{plan.Codec.ToString().ToUpperInvariant()},"
            + $"{(plan.SetupCaptured ? "true" : "false")},{plan.VlanId},{plan.TrunkAddress},{plan.SbcAddress}"));
    }

    public void WriteSummary(SyntheticTotals totals)
    {
        JsonSerializer.Serialize(
            _summary,
            new
            {
                _scenario.Seed,
                totals.Packets,
                totals.Octets,
                totals.SipMessages,
                totals.RtpPackets,
                totals.RtcpPackets,
                totals.Calls,
                totals.Streams,
                totals.Expected,
                totals.Captured,
                totals.Lost,
                totals.Duplicates,
                totals.Reordered,
                totals.PeakCallsInProgress,
            },
            Json);
        _summary.Write("\n"u8);
        _streams.Flush();
        _calls.Flush();
    }

    private void WriteStream(SyntheticStreamTruth stream)
    {
        var direction = stream.From == SyntheticParty.Caller ? "fromCaller" : "fromCallee";
        var lossPercent = 100.0 * stream.Lost / stream.Expected;
        double? meanLossRun = stream.LossRuns == 0 ? null : (double)stream.Lost / stream.LossRuns;

        _streams.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{stream.CallId},{stream.CallIndex},{direction},{stream.Segment},0x{stream.Ssrc:x8},{stream.Source},"
            + $"{stream.Destination},{stream.Codec},{stream.PayloadType},{Instant(stream.FirstAtNs)},"
            + $"{Instant(stream.LastAtNs)},{stream.Sent},{stream.Captured},{stream.Duplicates},{stream.Expected},"
            + $"{stream.Lost},{stream.Reordered},{lossPercent:F6},{stream.LossRuns},{stream.MaxLossRun},"
            + $"{meanLossRun:F6},{stream.JitterLastMs:F6},{stream.JitterMeanMs:F6},{stream.JitterMaxMs:F6},"
            + $"{stream.MaxDeltaMs:F6},{stream.ComfortNoisePackets},{stream.TelephoneEvents},"
            + $"{stream.TelephoneEventPackets},{stream.Beyond60Ms},{stream.RoundTripMs:F1}"));
    }

    private string Instant(long? timeNs)
    {
        if (timeNs is not { } ns)
        {
            return "";
        }

        var (seconds, fractionNs) = Math.DivRem(ns, 1_000_000_000);
        var second = DateTime.UnixEpoch.AddSeconds(seconds);

        return _scenario.NanosecondStamps
            ? string.Create(CultureInfo.InvariantCulture, $"{second:yyyy-MM-ddTHH:mm:ss}.{fractionNs:D9}Z")
            : string.Create(CultureInfo.InvariantCulture, $"{second:yyyy-MM-ddTHH:mm:ss}.{fractionNs / 1_000:D6}Z");
    }

    private static string Outcome(SyntheticOutcome outcome) => outcome switch
    {
        SyntheticOutcome.Answered => "answered",
        SyntheticOutcome.Rejected => "rejected",
        SyntheticOutcome.Failed => "failed",
        SyntheticOutcome.Cancelled => "cancelled",
        SyntheticOutcome.Unanswered => "unanswered",
        _ => "incomplete",
    };

    private static StreamWriter Text(Stream stream) =>
        new(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
}
