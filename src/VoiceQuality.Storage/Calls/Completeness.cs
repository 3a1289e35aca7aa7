using System.Security.Cryptography;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Storage.Calls;

/// <summary>
/// How much an observation saw. Of two observations of one call the greater is kept: first the one that saw the call's
/// end, then the one with more distinct packets, then the one that knows what became of the call. Between equals that
/// differ in what was on the wire the greater digest is kept, for no better reason than that the order of arrival must
/// not matter. Observations that differ only in what was made of the packets (score, unit, month) are equal: what is
/// stored stays, so that reading a capture again under another configuration moves no month.
/// </summary>
internal readonly record struct Completeness(
    bool SawEnd, bool HasOutcome, long ReceivedPackets, UInt128 FactsDigest)
{
    public const int DigestLength = 16;

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

        return HasOutcome != other.HasOutcome ? HasOutcome : FactsDigest > other.FactsDigest;
    }

    public static Completeness Of(CallRecord call, OctetWriter scratch)
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

        return new Completeness(
            call.EndedAtUs is not null, call.Outcome != CallOutcome.Incomplete, received, Digest(scratch));
    }

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
