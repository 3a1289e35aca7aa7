using System.ComponentModel.DataAnnotations;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>How packets are taken off an interface.</summary>
public sealed record LiveCaptureOptions
{
    /// <summary>Most readers of one interface.</summary>
    public const int MaxReaders = 16;

    /// <summary>
    /// Memory of a ring that the kernel writes packets into, MiB: one for each reader of each interface.
    /// </summary>
    [Range(1, 4_096)]
    public int RingMiB { get; init; } = 64;

    /// <summary>
    /// Readers of each interface: the kernel shares its packets among so many rings, each read by a thread of its own.
    /// </summary>
    [Range(1, MaxReaders)]
    public int Readers { get; init; } = 1;

    /// <summary>
    /// Longest time that packets wait in a part of the ring that is not full yet, ms; the kernel may take twice that.
    /// </summary>
    [Range(1, 1_000)]
    public int BlockTimeoutMs { get; init; } = 20;

    /// <summary>Whether packets for other MAC addresses are taken too, as a mirror port sends them.</summary>
    public bool Promiscuous { get; init; } = true;

    /// <summary>
    /// Whether the times of the network card are taken where it stamps packets; else the kernel's. The card must be set
    /// to stamp all packets, and its clock must follow the system's (phc2sys).
    /// </summary>
    public bool HardwareTimestamps { get; init; }

    /// <summary>
    /// Whether only the header of RTP is taken, where it is not in tunnels or fragments; all else stays whole. Some two
    /// thirds of the octets stay outside; what the samples of G.711 are like is not known then.
    /// </summary>
    public bool RtpHeadersOnly { get; init; }

    /// <summary>
    /// Whether UDP stays outside that can be neither SIP nor RTP nor RTCP nor a tunnel, whatever its ports; what stays
    /// outside by this is counted (<see cref="LiveCapture.LeftOut"/>).
    /// </summary>
    public bool LeaveOutOtherUdp { get; init; }

    /// <summary>
    /// A filter in the language of libpcap; null takes whatever may hold SIP, RTP or RTCP, and empty text everything.
    /// </summary>
    public string? Filter { get; init; }
}

/// <summary>Why an interface cannot be captured.</summary>
public enum LiveCaptureFailure
{
    /// <summary>The process lacks CAP_NET_RAW.</summary>
    NoPermission,

    /// <summary>There is no interface of that name.</summary>
    NoSuchInterface,

    /// <summary>The system has no AF_PACKET sockets with rings of version 3.</summary>
    NotSupported,

    /// <summary>There is no memory for the ring.</summary>
    NoMemory,

    /// <summary>The filter was refused.</summary>
    BadFilter,
}

/// <summary>An interface cannot be captured; the message says what to do.</summary>
public sealed class LiveCaptureException : Exception
{
    /// <param name="failure">Why.</param>
    /// <param name="message">The same in words, and what to do.</param>
    public LiveCaptureException(LiveCaptureFailure failure, string message)
        : base(message) => Failure = failure;

    /// <summary>Why.</summary>
    public LiveCaptureFailure Failure { get; }
}
