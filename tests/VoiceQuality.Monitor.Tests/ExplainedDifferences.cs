namespace VoiceQuality.Monitor.Tests;

/// <summary>A difference that is meant, or not yet mended, and why.</summary>
/// <param name="File">Name of the capture.</param>
/// <param name="Subject">Part of the Call-ID or of "source destination ssrc"; empty for all of the file.</param>
/// <param name="Figures">The figures that differ, separated by spaces.</param>
/// <param name="Reason">In plain words.</param>
internal sealed record ExplainedDifference(string File, string Subject, string Figures, string Reason);

/// <summary>Where our figures differ from the references of the shared captures.</summary>
internal static class ExplainedDifferences
{
    public static IReadOnlyList<ExplainedDifference> All { get; } =
    [
        new(
            "FAX-Call-t38-CA-TDM-SIP-FB-1.pcap", "10.35.60.100:15580", "jitterMeanMs jitterMaxMs maxDeltaMs",
            "The timing reference leaves out what its dissector takes for T.38; rtp_raw and we count it."),
        new(
            "SIP_Eyebeam2Eyebeam_Video_Audio.pcap", "192.168.1.36:5064", "jitterMeanMs jitterMaxMs",
            "Video: interface.md defines jitter over audio packets."),
        new(
            "h263-over-rtp.pcap", "", "jitterMeanMs jitterMaxMs",
            "Video: interface.md defines jitter over audio packets."),
        new(
            "rtp.pcapng", "0x00001646", "jitterMeanMs jitterMaxMs",
            "Video: interface.md defines jitter over audio packets."),
        new(
            "g711u-30s.pcap", "", "jitterMeanMs jitterMaxMs",
            "Telephone events (dynamic type, four octets): the reference times them, interface.md leaves them out."),
        new(
            "live-sipp-g711a-loss5-dup.pcap", "10.77.0.1:3000", "jitterMeanMs jitterMaxMs",
            "Duplicates: the reference times them, interface.md takes distinct packets."),
        new(
            "skinny.pcap", "0xf6bf57dc", "jitterMeanMs jitterMaxMs",
            "Duplicates: the reference times them, interface.md takes distinct packets."),
        new(
            "sip-rtp-l16.pcap", "10.0.2.15:24082", "jitterMeanMs jitterMaxMs",
            "Type 99 means another clock in each call; the reference takes one for all of the file."),
        new(
            "sip-rtp-l16.pcap", "10.0.2.15:31026", "jitterMeanMs jitterMaxMs",
            "Type 99 means another clock in each call; the reference takes one for all of the file."),
        new(
            "sip-rtp-l16.pcap", "10.0.2.15:32682", "jitterMeanMs jitterMaxMs",
            "Announced as 11,025 Hz and sent in steps of 8,000 Hz: A.8 on the announced clock gives 8.8 ms."),
        new(
            "sip-rtp-speex.pcap", "", "jitterMeanMs jitterMaxMs",
            "Type 99 means another clock in each call; the reference takes one for all of the file."),
        new(
            "fuzz-2006-06-26-2594.pcap", "85216695-42dcdb1d@192&168.1.2", "call",
            "Damaged on purpose: the INVITE with this Call-ID has no Via header any more, so it is no SIP request."),
        new(
            "fuzz-2006-06-26-2594.pcap", "24487391-449bf2a0@192.168.1.2", "finalStatus",
            "Damaged on purpose: the 407 has no CSeq, so the try failed after 32 s; a 403 came 51 s on."),
        new(
            "fuzz-2006-06-26-2594.pcap", "40392", "stream",
            "Damaged on purpose: one to three packets with a flipped address or SSRC are no stream."),
        new(
            "geforcenow.pcapng", "0x00000001", "stream",
            "Fewer than five packets that nothing announced are not believed."),
        new(
            "i3d.pcap", "213.163.87.47:50004", "stream",
            "Fewer than five packets that nothing announced are not believed."),
        new(
            "stun_wa_call.pcapng", "192.168.12.156:49526", "stream",
            "Fewer than five packets that nothing announced are not believed."),
        new(
            "voip-skype-conn-disconn.pcap", "67.161.32.69:22853", "stream",
            "Single packets of another protocol that looks like RTP."),
        new(
            "wa_voice.pcap", "0xf50386f4", "stream",
            "Fewer than five packets that nothing announced are not believed."),
    ];

    public static ExplainedDifference? Find(Difference difference) => All.FirstOrDefault(explained =>
        explained.File == difference.File
        && difference.Subject.Contains(explained.Subject, StringComparison.Ordinal)
        && explained.Figures.Split(' ').Contains(difference.Figure));
}
