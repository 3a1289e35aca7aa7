namespace VoiceQuality.Monitor.Streams;

/// <summary>
/// Decides whether packets that no SDP announced are RTP. The header of RTP has two fixed bits only, so one packet
/// proves nothing: five in a row must have sequence numbers that advance and timestamps that do not run away.
/// </summary>
internal struct RtpRecogniser
{
    /// <summary>Pairs of packets that must fit: five packets.</summary>
    public const int RequiredPairs = 4;

    /// <summary>Pairs that may fail before the stream is given up.</summary>
    public const int MaxFailures = 8;

    /// <summary>Largest step of the sequence number that still counts as advancing.</summary>
    private const int MaxStep = 16;

    /// <summary>Largest timestamp step: 10 s of a 90 kHz clock.</summary>
    private const uint MaxTimestampStep = 900_000;

    private ushort _sequenceNumber;
    private uint _timestamp;
    private bool _hasPrevious;
    private byte _fitting;
    private byte _failed;

    /// <summary>Whether a payload type can stand without SDP: assigned by RFC 3551 or dynamic.</summary>
    public static bool IsPlausiblePayloadType(int payloadType) => payloadType is <= 34 or >= 96;

    public readonly bool IsRtp => _fitting >= RequiredPairs && _failed * 4 <= _fitting;

    public readonly bool IsHopeless => _failed >= MaxFailures;

    public void Add(ushort sequenceNumber, uint timestamp)
    {
        if (_hasPrevious)
        {
            var step = unchecked((short)(sequenceNumber - _sequenceNumber));
            var timestampStep = unchecked(timestamp - _timestamp);
            if (step is > 0 and <= MaxStep && timestampStep <= MaxTimestampStep)
            {
                _fitting = (byte)Math.Min(_fitting + 1, byte.MaxValue);
            }
            else if (step is not (0 or (< 0 and > -MaxStep)))
            {
                _failed = (byte)Math.Min(_failed + 1, byte.MaxValue);
            }
            else if (step < 0)
            {
                // Reordered: says nothing either way, and the highest number stays the mark.
                return;
            }
        }

        _hasPrevious = true;
        _sequenceNumber = sequenceNumber;
        _timestamp = timestamp;
    }
}
