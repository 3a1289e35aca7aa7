using VoiceQuality.Protocols.Sdp;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <summary>The payload types of RFC 3551 as formats.</summary>
internal static class StaticFormats
{
    private static readonly KeyValuePair<int, MediaFormat>[] Formats = Read();

    public static ReadOnlySpan<KeyValuePair<int, MediaFormat>> All => Formats;

    private static KeyValuePair<int, MediaFormat>[] Read()
    {
        var rows = StaticPayloadTypes.All;
        var formats = new KeyValuePair<int, MediaFormat>[rows.Count];
        for (var i = 0; i < formats.Length; i++)
        {
            var row = rows[i];
            formats[i] = new(
                row.PayloadType, new MediaFormat(row.EncodingName, row.ClockRateHz, KindOf(row), row.Channels > 0, ""));
        }

        return formats;
    }

    private static RtpPacketKind KindOf(StaticPayloadType row) => row switch
    {
        { EncodingName: "CN" } => RtpPacketKind.ComfortNoise,
        { Channels: 0 } => RtpPacketKind.Other,
        _ => RtpPacketKind.Audio,
    };
}
