using VoiceQuality.Monitor.Audio;
using VoiceQuality.Protocols.Rtp;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <content>Packets that are like what is expected of the stream, which are counted together.</content>
internal sealed partial class StreamState
{
    /// <summary>Counts what was taken, and looks at the last packet when it is its turn.</summary>
    /// <param name="rtp">The last packet taken.</param>
    public void CountSteady(in RtpPacket rtp)
    {
        CountSteady();
        var law = Flow.Run.Law;
        if (law != G711Law.None && IsLookedAt(_highest))
        {
            LookAt(rtp, law, ArrivalOutcome.InOrder, _highestNs);
        }
    }

    private bool IsLookedAt(ushort number) =>
        (unchecked(number - FirstSequenceNumber) & (AudioCounters.OneIn - 1)) == 0;

    /// <summary>
    /// Says what the next packet looks like when the stream goes on as with this one, its highest. Behind a restart the
    /// meter may be further: of two packets that were swapped there it held back the later one.
    /// </summary>
    private void OpenSteady(in RtpPacket rtp, in RtpArrival arrival, ArrivalOutcome outcome)
    {
        if (arrival.Kind != RtpPacketKind.Audio || _runPayloadType < 0 || arrival.ClockRateHz <= 0
            || arrival.PayloadLength < LongestSpeechPayload || _frameTicks > int.MaxValue
            || !IsConfirmed || _isShed || IsRetransmission
            || Flow.Current != this
            || outcome != ArrivalOutcome.InOrder)
        {
            return;
        }

        var next = new SteadyRun.Expected
        {
            Ssrc = Ssrc,
            SequenceNumber = unchecked((ushort)(_highest + 1)),
            PayloadType = (byte)_runPayloadType,
            Timestamp = unchecked(_highestTimestamp + _frameTicks),
            PayloadLength = arrival.PayloadLength,
            FrameTicks = (int)_frameTicks,
            ClockRateHz = arrival.ClockRateHz,
            AfterNs = arrival.ArrivalNs,
            Law = _formats.LawOf(_runPayloadType),
        };
        Flow.Run.Open(next, MostSteady(next.SequenceNumber, next.Law));
    }

    /// <summary>Packets up to the next one that is looked at, itself among them.</summary>
    private int MostSteady(ushort number, G711Law law) => law == G711Law.None
        ? SteadyPackets.Capacity
        : Math.Min(
            SteadyPackets.Capacity,
            (unchecked(FirstSequenceNumber - number) & (AudioCounters.OneIn - 1)) + 1);

    /// <summary>Counts what was taken; the next may go on from there.</summary>
    private void CountSteady()
    {
        if (!HasRun)
        {
            return;
        }

        ref var run = ref Flow.Run;
        _meter.AddSteady(run.Packets);
        _packets += run.Count;
        _runPackets += run.Count;
        _lastPacketNs = run.LastNs;
        Flow.LastPacketNs = run.LastNs;
        _highestNs = run.LastNs;
        _highest = run.LastNumber;
        _highestTimestamp = run.LastTimestamp;
        run.GoOn(MostSteady(unchecked((ushort)(_highest + 1)), run.Law));
    }

    /// <summary>Counts what was taken; the next packet is looked at by itself.</summary>
    public void CloseSteady()
    {
        if (Flow.Current == this)
        {
            CountSteady();
            Flow.Run.Close();
        }
    }
}
