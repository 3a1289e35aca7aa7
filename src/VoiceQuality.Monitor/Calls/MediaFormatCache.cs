using System.Runtime.InteropServices;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Sdp;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// Payload types as objects, one for each different list: endpoints of one kind all announce the same, and a list is
/// larger than everything else that an unanswered call leaves in memory.
/// </summary>
internal sealed class MediaFormatCache
{
    /// <summary>Lists that are kept; when there are more, all are forgotten and the current ones come again.</summary>
    private const int MaxLists = 4_096;

    /// <summary>Octets of a list that is looked up; a longer one is made anew each time.</summary>
    private const int MaxKeyLength = 2_048;

    private const int SecureBit = 0x80;

    private readonly Dictionary<byte[], MediaFormats> _lists = new(OctetsComparer.Instance);
    private readonly Dictionary<byte[], MediaFormats>.AlternateLookup<ReadOnlySpan<byte>> _byKey;
    private readonly byte[] _key = new byte[MaxKeyLength];

    public MediaFormatCache() => _byKey = _lists.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The payload types of a media description.</summary>
    public MediaFormats Of(in SdpMedia media)
    {
        var key = KeyOf(media);
        if (!key.IsEmpty && _byKey.TryGetValue(key, out var known))
        {
            return known;
        }

        var formats = Create(media);
        if (!key.IsEmpty)
        {
            if (_lists.Count >= MaxLists)
            {
                _lists.Clear();
            }

            _lists.Add(key.ToArray(), formats);
        }

        return formats;
    }

    private static MediaFormats Create(in SdpMedia media)
    {
        var formats = new List<KeyValuePair<int, MediaFormat>>(4);
        foreach (var format in media.Formats)
        {
            var name = SipStrings.Decode(format.EncodingName);
            formats.Add(new(format.PayloadType, new MediaFormat(
                name,
                format.ClockRateHz ?? 0,
                KindOf(name, media.Kind),
                media.Kind == SdpMediaKind.Audio,
                SipStrings.Decode(format.Fmtp))));
        }

        var unlisted = media.Kind == SdpMediaKind.Audio ? RtpPacketKind.Audio : RtpPacketKind.Other;
        return new MediaFormats(CollectionsMarshal.AsSpan(formats), isAnnounced: true, unlisted, media.IsSecure);
    }

    private static RtpPacketKind KindOf(string name, SdpMediaKind media)
    {
        if (media != SdpMediaKind.Audio)
        {
            return RtpPacketKind.Other;
        }

        return name.ToUpperInvariant() switch
        {
            "TELEPHONE-EVENT" or "TONE" => RtpPacketKind.TelephoneEvent,
            "CN" => RtpPacketKind.ComfortNoise,
            "ULPFEC" or "PARITYFEC" or "FLEXFEC" or "RTX" => RtpPacketKind.Other,
            _ => RtpPacketKind.Audio,
        };
    }

    /// <summary>
    /// Kind of media, whether it is encrypted, and the lines that tell its formats; empty when too long.
    /// </summary>
    private ReadOnlySpan<byte> KeyOf(in SdpMedia media)
    {
        _key[0] = (byte)((int)media.Kind | (media.IsSecure ? SecureBit : 0));
        return media.TryCopyFormatLines(_key.AsSpan(1), out var length) ? _key.AsSpan(0, length + 1) : default;
    }
}
