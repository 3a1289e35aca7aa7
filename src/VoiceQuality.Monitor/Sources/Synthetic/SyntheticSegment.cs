using System.Net;

namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>Counts what is emitted of one SSRC, in the plainest way that the definitions allow.</summary>
internal sealed class SyntheticSegment(uint ssrc, int clockRate)
{
    private const double BufferMs = 60;

    private readonly double _ticksPerMs = clockRate / 1_000.0;
    private long _packets;
    private long _firstAtNs;
    private long _lastAtNs;
    private long _maxDeltaNs;
    private uint _lowest;
    private uint _highest;
    private long _reordered;
    private long _comfortNoise;
    private long _telephoneEventPackets;
    private long _telephoneEvents;
    private uint _telephoneEventTimestamp;
    private long _lossRuns;
    private long _maxLossRun;
    private long _openRun;
    private bool _hasSurvivor;
    private long _audioAtNs;
    private uint _audioTimestamp;
    private bool _hasAudio;
    private double _jitterMs;
    private double _jitterSumMs;
    private double _jitterMaxMs;
    private long _jitterValues;
    private double _transitMs;
    private long _beyond60Ms;

    public uint Ssrc => ssrc;

    public long Sent { get; set; }

    public long SentOctets { get; set; }

    public long Captured { get; private set; }

    public long Duplicates { get; private set; }

    public long Reordered => _reordered;

    public long Expected => Captured == 0 ? 0 : (long)_highest - _lowest + 1;

    public uint HighestSequenceNumber => _highest;

    public uint JitterTicks => (uint)(_jitterMs * _ticksPerMs);

    /// <summary>A packet was lost; in the order of sending.</summary>
    public void NoteLost() => _openRun++;

    /// <summary>A packet will be emitted; in the order of sending.</summary>
    public void NoteSurvivor()
    {
        // What is lost before the first survivor or after the last lies outside of what can be expected.
        if (_hasSurvivor && _openRun > 0)
        {
            _lossRuns++;
            _maxLossRun = Math.Max(_maxLossRun, _openRun);
        }

        _hasSurvivor = true;
        _openRun = 0;
    }

    public void NoteEmitted(in SyntheticPacket packet, long atNs)
    {
        if (_packets++ == 0)
        {
            _firstAtNs = atNs;
        }
        else
        {
            _maxDeltaNs = Math.Max(_maxDeltaNs, atNs - _lastAtNs);
        }

        _lastAtNs = atNs;

        if (packet.IsDuplicate)
        {
            Duplicates++;
            return;
        }

        NoteSequence(packet.ExtendedSequenceNumber);

        switch (packet.Kind)
        {
            case SyntheticPacketKind.ComfortNoise:
                _comfortNoise++;
                break;
            case SyntheticPacketKind.TelephoneEvent:
                NoteTelephoneEvent(packet.Timestamp);
                break;
            default:
                NoteAudio(packet.Timestamp, atNs);
                break;
        }
    }

    public SyntheticStreamTruth ToTruth(
        SyntheticCall call, SyntheticParty from, int segment, IPEndPoint source, IPEndPoint destination,
        double roundTripMs) => new()
    {
        CallId = call.CallId,
        CallIndex = call.Index,
        From = from,
        Segment = segment,
        Ssrc = ssrc,
        Source = source,
        Destination = destination,
        Codec = call.Format.Name,
        PayloadType = call.Format.PayloadType,
        FirstAtNs = _firstAtNs,
        LastAtNs = _lastAtNs,
        Sent = Sent,
        Captured = Captured,
        Duplicates = Duplicates,
        Expected = Expected,
        Reordered = _reordered,
        LossRuns = _lossRuns,
        MaxLossRun = _maxLossRun,
        JitterLastMs = _jitterValues == 0 ? null : _jitterMs,
        JitterMeanMs = _jitterValues == 0 ? null : _jitterSumMs / _jitterValues,
        JitterMaxMs = _jitterValues == 0 ? null : _jitterMaxMs,
        MaxDeltaMs = _packets < 2 ? null : _maxDeltaNs / 1e6,
        ComfortNoisePackets = _comfortNoise,
        TelephoneEventPackets = _telephoneEventPackets,
        TelephoneEvents = _telephoneEvents,
        Beyond60Ms = _beyond60Ms,
        RoundTripMs = roundTripMs,
    };

    private void NoteSequence(uint extendedSequenceNumber)
    {
        if (Captured++ == 0)
        {
            _lowest = extendedSequenceNumber;
            _highest = extendedSequenceNumber;
        }
        else if (extendedSequenceNumber > _highest)
        {
            _highest = extendedSequenceNumber;
        }
        else
        {
            _reordered++;
            _lowest = Math.Min(_lowest, extendedSequenceNumber);
        }
    }

    private void NoteTelephoneEvent(uint timestamp)
    {
        if (_telephoneEvents == 0 || timestamp != _telephoneEventTimestamp)
        {
            _telephoneEvents++;
            _telephoneEventTimestamp = timestamp;
        }

        _telephoneEventPackets++;
    }

    /// <summary>RFC 3550 A.8 in milliseconds: J += (|D| - J) / 16.</summary>
    private void NoteAudio(uint timestamp, long atNs)
    {
        if (_hasAudio)
        {
            var ticks = unchecked((int)(timestamp - _audioTimestamp));
            var differenceMs = (atNs - _audioAtNs) / 1e6 - ticks / _ticksPerMs;
            _jitterMs += (Math.Abs(differenceMs) - _jitterMs) / 16;
            _jitterSumMs += _jitterMs;
            _jitterMaxMs = Math.Max(_jitterMaxMs, _jitterMs);
            _jitterValues++;

            // The differences add up to the transit relative to the first audio packet.
            _transitMs += differenceMs;
            if (_transitMs > BufferMs)
            {
                _beyond60Ms++;
            }
        }

        _hasAudio = true;
        _audioAtNs = atNs;
        _audioTimestamp = timestamp;
    }
}
