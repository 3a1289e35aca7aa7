using System.Collections.Immutable;
using VoiceQuality.Monitor.Calls;

namespace VoiceQuality.Storage.Calls;

/// <summary>
/// The signalling events of a call as one BLOB. Version 1: an octet of 1; number of events; then per event the time
/// after the call's start (microseconds, signed), source, destination (length octet, address, port), summary, and an
/// octet of flags (1: has SDP, 2: retransmission).
/// </summary>
internal static class LadderEncoding
{
    private const byte Version = 1;

    public static void Write(OctetWriter writer, IReadOnlyList<SignallingEvent> ladder, long startedAtUs)
    {
        writer.WriteOctet(Version);
        writer.WriteUnsigned((ulong)ladder.Count);
        for (var i = 0; i < ladder.Count; i++)
        {
            var entry = ladder[i];
            writer.WriteSigned(entry.AtUs - startedAtUs);
            EndpointEncoding.Write(writer, entry.Source);
            EndpointEncoding.Write(writer, entry.Destination);
            writer.WriteText(entry.Summary);
            writer.WriteOctet((byte)((entry.HasSdp ? 1 : 0) | (entry.IsRetransmission ? 2 : 0)));
        }
    }

    public static ImmutableArray<SignallingEvent> Read(ReadOnlySpan<byte> octets, long startedAtUs)
    {
        var reader = new OctetReader(octets);
        if (reader.ReadOctet() != Version)
        {
            throw new StoredDataException("A stored ladder has a version that this program does not know.");
        }

        var count = reader.ReadCount();
        var ladder = ImmutableArray.CreateBuilder<SignallingEvent>(count);
        for (var i = 0; i < count; i++)
        {
            var at = startedAtUs + reader.ReadSigned();
            var source = EndpointEncoding.Read(ref reader);
            var destination = EndpointEncoding.Read(ref reader);
            var summary = reader.ReadText();
            var flags = reader.ReadOctet();
            ladder.Add(new SignallingEvent(at, source, destination, summary, (flags & 1) != 0, (flags & 2) != 0));
        }

        reader.ThrowIfNotAtEnd();
        return ladder.MoveToImmutable();
    }
}
