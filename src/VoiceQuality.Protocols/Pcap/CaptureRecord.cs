using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Protocols.Pcap;

/// <summary>One captured frame inside the buffer that was given to <see cref="CaptureParser.Parse"/>.</summary>
public readonly record struct CaptureRecord
{
    /// <summary>Where the frame starts, in octets from the start of the buffer given.</summary>
    public int Offset { get; init; }

    /// <summary>Octets of the frame in the buffer, at least 1.</summary>
    public int CapturedLength { get; init; }

    /// <summary>Octets of the frame on the wire, as the capture says.</summary>
    public int OriginalLength { get; init; }

    /// <summary>Time of capture in nanoseconds since 1970-01-01T00:00:00Z.</summary>
    public long TimestampNs { get; init; }

    public LinkType LinkType { get; init; }

    /// <summary>Which of the interfaces of a live source it came from, 1 to 255; 0 where that is not told.</summary>
    public byte Link { get; init; }
}

/// <summary>Why <see cref="CaptureParser.Parse"/> returned.</summary>
public enum CaptureParseStatus
{
    /// <summary>All whole records were given out; what was not consumed is the start of another.</summary>
    NeedMoreData = 0,

    /// <summary>The array of records is full; call again with what was not consumed.</summary>
    RecordsFull,

    /// <summary>The input is used up.</summary>
    EndOfInput,

    /// <summary>An anomaly ended the parsing; all that was given out before it is good.</summary>
    Stopped,
}
