using VoiceQuality.Protocols.Sdp;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <summary>The payload types of RFC 3551 as formats.</summary>
internal static class StaticFormats
{
    public static IReadOnlyList<KeyValuePair<int, MediaFormat>> All { get; } =
        [.. StaticPayloadTypes.All.Select(static row => new KeyValuePair<int, MediaFormat>(
            row.PayloadType, new MediaFormat(row.EncodingName, row.ClockRateHz, KindOf(row), row.Channels > 0, "")))];

    private static RtpPacketKind KindOf(StaticPayloadType row) => row switch
    {
        { EncodingName: "CN" } => RtpPacketKind.ComfortNoise,
        { Channels: 0 } => RtpPacketKind.Other,
        _ => RtpPacketKind.Audio,
    };
}
