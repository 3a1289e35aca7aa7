using System.Security.Cryptography;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Storage.Calls;

/// <summary>
/// How much an observation saw. Of two observations of one call the greater is kept: first the one that saw the call's
/// end, then the one with more distinct packets, then the one that knows what became of the call, then the one that
/// knows more delays of its signalling. Between equals that differ in what was on the wire the greater digest is kept,
/// for no better reason than that the order of arrival must not matter. Observations that differ only in what was made
/// of the packets (score, unit, month) are equal: what is stored stays, so that reading a capture again under another
/// configuration moves no month. For the same reason a call from before the delays of signalling were kept is compared
/// without them.
/// </summary>
internal readonly record struct Completeness(
    bool SawEnd, bool HasOutcome, long ReceivedPackets, UInt128 FactsDigest)
{
    public const int DigestLength = 16;

    /// <summary>Delays of the signalling that are known, 0 to 3.</summary>
    public int KnownDelays { get; init; }

    public bool IsMoreThan(Completeness other)
    {
        if (SawEnd != other.SawEnd)
        {
            return SawEnd;
        }

        if (ReceivedPackets != other.ReceivedPackets)
        {
            return ReceivedPackets > other.ReceivedPackets;
        }

        if (HasOutcome != other.HasOutcome)
        {
            return HasOutcome;
        }

        return KnownDelays != other.KnownDelays ? KnownDelays > other.KnownDelays : FactsDigest > other.FactsDigest;
    }

    /// <param name="call">The observation.</param>
    /// <param name="scratch">Is written to.</param>
    /// <param name="withDelays">Whether it is compared with one of which the delays of signalling were kept.</param>
    public static Completeness Of(CallRecord call, OctetWriter scratch, bool withDelays = true)
    {
        scratch.Clear();
        scratch.WriteOptionalText(call.Caller);
        scratch.WriteOptionalText(call.Callee);
        scratch.WriteOptionalText(call.CallerDomain);
        scratch.WriteOptionalText(call.CalleeDomain);
        scratch.WriteOptionalText(call.RequestDomain);
        EndpointEncoding.Write(scratch, call.SignallingSource);
        EndpointEncoding.Write(scratch, call.SignallingDestination);
        scratch.WriteOptional(call.AnsweredAtUs);
        scratch.WriteOptional(call.EndedAtUs);
        scratch.WriteText(StoredName<CallOutcome>.Of(call.Outcome));
        scratch.WriteOptional(call.FinalStatus);
        scratch.WriteOptional(call.PostDialDelayUs);
        scratch.WriteOptionalText(StoredName<CallParty>.Of(call.ReleasedBy));
        scratch.WriteSigned(call.Retransmissions);
        scratch.WriteSigned(call.Branches);
        WriteIdentities(scratch, call);

        var received = 0L;
        for (var i = 0; i < call.Streams.Count; i++)
        {
            WriteFacts(scratch, call.Streams[i]);
            received += call.Streams[i].Total.Received;
        }

        if (withDelays)
        {
            WriteDelays(scratch, call);
        }

        return new Completeness(
            call.EndedAtUs is not null, call.Outcome != CallOutcome.Incomplete, received, Digest(scratch))
        {
            KnownDelays = withDelays ? DelaysOf(call.RequestDelayUs, call.RingTimeUs, call.DisconnectDelayUs) : 0,
        };
    }

    /// <summary>How many delays of the signalling are known.</summary>
    public static int DelaysOf(long? requestUs, long? ringUs, long? disconnectUs) =>
        (requestUs is null ? 0 : 1) + (ringUs is null ? 0 : 1) + (disconnectUs is null ? 0 : 1);

    public static Completeness Of(StreamRecord stream, OctetWriter scratch)
    {
        scratch.Clear();
        WriteFacts(scratch, stream);
        return new Completeness(SawEnd: true, HasOutcome: true, stream.Total.Received, Digest(scratch));
    }

    // Written only where it says more than From and To, so that a call from before it was kept has the same digest.
    private static void WriteIdentities(OctetWriter scratch, CallRecord call)
    {
        if (call.RequestUser is not null && call.RequestUser != call.Callee)
        {
            scratch.WriteText(call.RequestUser);
        }

        foreach (var identity in call.AssertedIdentities)
        {
            scratch.WriteOctet(1);
            scratch.WriteText(identity);
        }

        foreach (var identity in call.RemotePartyIds)
        {
            scratch.WriteOctet(2);
            scratch.WriteText(identity);
        }
    }

    private static void WriteDelays(OctetWriter scratch, CallRecord call)
    {
        scratch.WriteOptional(call.RequestDelayUs);
        scratch.WriteOptional(call.RingTimeUs);
        scratch.WriteOptional(call.DisconnectDelayUs);
        scratch.WriteSigned(call.Challenges);
        scratch.WriteOptionalText(call.ReleaseReason?.Protocol);
        scratch.WriteOptional(call.ReleaseReason?.Cause);
    }

    // What depends on the emulated jitter buffer or the codec table is left out.
    private static void WriteFacts(OctetWriter scratch, StreamRecord stream)
    {
        EndpointEncoding.Write(scratch, stream.Source);
        EndpointEncoding.Write(scratch, stream.Destination);
        scratch.WriteUnsigned(stream.Ssrc);
        scratch.WriteSigned(stream.StartedAtUs);
        scratch.WriteSigned(stream.EndedAtUs);
        scratch.WriteSigned(stream.PayloadType);
        WriteFacts(scratch, stream.Total);
    }

    private static void WriteFacts(OctetWriter scratch, in IntervalCounters total)
    {
        scratch.WriteSigned(total.Segments);
        scratch.WriteSigned(total.Expected);
        scratch.WriteSigned(total.Received);
        scratch.WriteSigned(total.Duplicates);
        scratch.WriteSigned(total.Reordered);
        scratch.WriteSigned(total.Strays);
        scratch.WriteSigned(total.PayloadOctets);
    }

    private static UInt128 Digest(OctetWriter scratch)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(scratch.Written, hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
