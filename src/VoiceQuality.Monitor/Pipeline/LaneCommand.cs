using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sdp;

namespace VoiceQuality.Monitor.Pipeline;

internal enum LaneCommandKind : byte
{
    /// <summary>SDP named a place where a party of a call receives media.</summary>
    Announce,

    /// <summary>The call was answered: media before this moment was early.</summary>
    Answered,

    /// <summary>BYE or a final failure: the call's endpoints may serve another call now.</summary>
    Ended,

    /// <summary>The call is given up: its streams are final.</summary>
    Close,

    /// <summary>Media of more or fewer calls are shed; the level stands in place of the time.</summary>
    Shed,

    /// <summary>Packet time has advanced.</summary>
    Tick,

    /// <summary>Some of the calls are ended at the end of a capture: what is final is handed over, no time passes.</summary>
    Step,

    /// <summary>Every stream is reported as it stands, and goes on.</summary>
    Checkpoint,

    /// <summary>Nothing follows: every stream is final.</summary>
    Finish,
}

/// <summary>A place where a party of a call receives media, as SDP announced it.</summary>
/// <param name="Media">The address and port of the m= line.</param>
/// <param name="Behind">The address that the SDP message came from, with the port of the m= line: where a party behind
/// a NAT may really be.</param>
/// <param name="Party">Who receives there; null when the parties are not known.</param>
/// <param name="Formats">Payload types.</param>
/// <param name="IsHold">Whether the party wants no media there; with the address 0.0.0.0 there is no place at all.
/// </param>
internal sealed record MediaAnnouncement(
    IpEndpoint Media, IpEndpoint Behind, CallParty? Party, MediaFormats Formats, bool IsHold)
{
    /// <summary>Sources of the party whose packets another of its sources sends again.</summary>
    public IReadOnlyList<SdpRetransmissionGroup> SentAgain { get; init; } = [];

    /// <summary>Whether it names a place.</summary>
    public bool HasPlace => !Media.Address.IsUnspecified;
}

/// <summary>
/// What signalling tells the lanes. Commands travel in the same batches as the packets, each before the packet at
/// <see cref="Position"/>, so every lane sees them at the same moment of the capture.
/// </summary>
internal readonly record struct LaneCommand(
    LaneCommandKind Kind,
    int Position,
    long AtNs,
    int CallRef,
    CommandText CallId = default,
    MediaAnnouncement? Announcement = null);

/// <summary>Where a text of a command stands in <see cref="CommandTexts"/>.</summary>
internal readonly record struct CommandText(int Start, int Length);

/// <summary>The texts of the commands of one block, for all lanes: nothing is added once they read.</summary>
internal sealed class CommandTexts
{
    private byte[] _octets = new byte[4_096];
    private int _length;

    public ReadOnlySpan<byte> this[CommandText text] => _octets.AsSpan(text.Start, text.Length);

    public CommandText Add(ReadOnlySpan<byte> text)
    {
        if (text.Length > _octets.Length - _length)
        {
            Array.Resize(ref _octets, Math.Max(_length + text.Length, 2 * _octets.Length));
        }

        text.CopyTo(_octets.AsSpan(_length));
        _length += text.Length;
        return new CommandText(_length - text.Length, text.Length);
    }

    public void Clear() => _length = 0;
}
