using System.Buffers.Binary;
using VoiceQuality.Protocols.Rtp;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <content>What redundant audio (RFC 2198) and retransmission (RFC 4588) bring.</content>
internal sealed partial class StreamState
{
    /// <summary>
    /// Numbers missing before a packet that its redundant blocks bring before their play time: as old as the jitter
    /// buffer is deep at most. They are received, and neither speech that was timed nor late.
    /// </summary>
    private void Recover(in RtpPacket rtp, in RtpArrival arrival, int missing)
    {
        if (!RedundantBlocks.TryParse(rtp.Payload, rtp.PayloadLength, out var blocks))
        {
            return;
        }

        // Blocks come oldest first; the last of them is one packet back (RFC 2198 section 3).
        var back = blocks.Count;
        foreach (var block in blocks)
        {
            var number = unchecked((ushort)(rtp.SequenceNumber - back));
            var isInTime = block.TimestampOffset * 1_000L <= (long)Meter.Policy.JitterBufferMs * arrival.ClockRateHz;
            if (back <= missing && block.Length > 0 && block.TimestampOffset > 0 && isInTime)
            {
                var recovered = arrival with
                {
                    SequenceNumber = number,
                    Timestamp = unchecked(rtp.Timestamp - block.TimestampOffset),
                    Marker = false,
                    Kind = RtpPacketKind.Other,
                    PayloadLength = 0,
                };
                if (_meter.Add(recovered) == ArrivalOutcome.Reordered)
                {
                    (_rare ??= new Rare()).Recovered++;
                    NoteRecovered(number);
                }
            }

            back--;
        }
    }

    /// <summary>
    /// A packet of this stream was sent again: its original number is the first two octets of the payload, its
    /// timestamp the original one (RFC 4588 section 4). In SRTP the number is encrypted, and a capture may have cut it
    /// off.
    /// </summary>
    /// <param name="rtp">The packet that sends it again.</param>
    /// <param name="formats">What its payload type means.</param>
    /// <param name="arrivalNs">When it came, ns.</param>
    public void Retransmit(in RtpPacket rtp, MediaFormats formats, long arrivalNs)
    {
        _rare ??= new Rare();
        _rare.Again ??= new RetransmissionTally();
        var again = _rare.Again;
        var isHidden = formats.IsSecure || (rtp.Payload.Length < sizeof(ushort) && rtp.PayloadLength >= sizeof(ushort));
        again.Counters = new RetransmissionCounters(
            again.Counters.Packets + 1, isHidden ? null : again.Counters.Recovered);
        if (isHidden || !BinaryPrimitives.TryReadUInt16BigEndian(rtp.Payload, out var number))
        {
            return;
        }

        var isRecovered = Meter.Recover(new RtpArrival
        {
            ArrivalNs = arrivalNs,
            Timestamp = rtp.Timestamp,
            SequenceNumber = number,
            ClockRateHz = formats.ClockRateHzOf(formats.SentAgainBy(rtp.PayloadType)),
        });
        if (isRecovered)
        {
            _rare.Recovered++;
            again.Counters = again.Counters with { Recovered = again.Counters.Recovered + 1 };
            Lost?.Come(number);
            NoteGap(arrivalNs, arrivalNs, number, skipped: 0, spacingNs: 0);
        }
    }

    /// <summary>The gap just noted has one number less.</summary>
    private void NoteRecovered(ushort number)
    {
        Lost?.Come(number);
        if (_news.IsThere)
        {
            _news.Gap = _news.Gap.Without(number);
            _news.IsThere = _news.Gap.Missing > 0;
        }
    }

    /// <summary>Apart, because few streams are sent again.</summary>
    private sealed class RetransmissionTally
    {
        public RetransmissionCounters Counters = new(0, 0);
    }

    /// <summary>What hardly any stream has.</summary>
    private sealed class Rare
    {
        public RetransmissionTally? Again;
        public long Recovered;
        public long ShedPackets;
    }
}
