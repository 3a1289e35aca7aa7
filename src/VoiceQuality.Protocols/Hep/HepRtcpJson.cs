using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Json;
using VoiceQuality.Protocols.Rtcp;

namespace VoiceQuality.Protocols.Hep;

/// <summary>
/// Makes RTCP of the JSON that media servers send for it (HEP protocol 5): a sender or receiver report with its
/// report blocks, or, where it only says who a source is, a source description without the saying. What else is in it
/// is left out.
/// </summary>
public static class HepRtcpJson
{
    /// <summary>Octets that <see cref="TryWrite"/> may need.</summary>
    public const int MaxLength = 28 + (RtcpWriter.MaxReportBlocks * 24);

    private const int SenderReport = 200;
    private const int ReceiverReport = 201;
    private const int SourceDescription = 202;
    private const int EmptyDescriptionLength = 12;
    private const int MaxDepth = 8;

    /// <summary>Writes the report (RFC 3550 §6.4) or the empty description (§6.5). Never throws.</summary>
    /// <param name="json">The payload of the message.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> octets.</param>
    /// <param name="length">Octets written, when the result is true.</param>
    /// <returns>False when the octets are no JSON, or no report of a known type with its source.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> json, Span<byte> destination, out int length)
    {
        length = 0;
        var report = new Report();
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !report.Read(ref reader))
            {
                return false;
            }
        }
        catch (JsonException)
        {
            return false;
        }

        if (report.Ssrc is not { } ssrc)
        {
            length = report.Described is { } described ? WriteDescription(destination, described) : 0;
            return length > 0;
        }

        ReadOnlySpan<RtcpReportValues> all = report.Blocks;
        var blocks = all[..report.BlockCount];
        length = report.Type switch
        {
            SenderReport => RtcpWriter.WriteSenderReport(
                destination, ssrc, ((ulong)report.NtpSeconds << 32) | report.NtpFraction, report.RtpTimestamp,
                report.Packets, report.Octets, blocks),
            ReceiverReport => RtcpWriter.WriteReceiverReport(destination, ssrc, blocks),
            _ => 0,
        };
        return length > 0;
    }

    // One chunk of a source and the octets that end it.
    private static int WriteDescription(Span<byte> destination, uint ssrc)
    {
        destination[..EmptyDescriptionLength].Clear();
        destination[0] = 0x81;
        destination[1] = SourceDescription;
        destination[3] = (EmptyDescriptionLength / 4) - 1;
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], ssrc);
        return EmptyDescriptionLength;
    }

    [InlineArray(RtcpWriter.MaxReportBlocks)]
    private struct ReportBlocks
    {
        private RtcpReportValues _first;
    }

    private struct Report
    {
        public ReportBlocks Blocks;
        public int BlockCount;
        public uint? Ssrc;
        public uint? Described;
        public long Type;
        public uint NtpSeconds;
        public uint NtpFraction;
        public uint RtpTimestamp;
        public uint Packets;
        public uint Octets;

        /// <summary>Reads the object that the reader stands at the begin of.</summary>
        public bool Read(ref Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("ssrc"u8))
                {
                    Ssrc = Number(ref reader, out var ssrc) ? ssrc : null;
                }
                else if (reader.ValueTextEquals("type"u8))
                {
                    Type = Number(ref reader, out var type) ? type : 0;
                }
                else if (reader.ValueTextEquals("sender_information"u8))
                {
                    ReadSender(ref reader);
                }
                else if (reader.ValueTextEquals("sdes_information"u8))
                {
                    ReadDescriptions(ref reader);
                }
                else if (reader.ValueTextEquals("report_blocks"u8))
                {
                    ReadBlocks(ref reader);
                }
                else
                {
                    Pass(ref reader);
                }
            }

            return reader.TokenType == JsonTokenType.EndObject;
        }

        private void ReadSender(ref Utf8JsonReader reader)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // What is called microseconds is the fraction of the NTP stamp as it was on the wire.
                _ = reader.ValueTextEquals("ntp_timestamp_sec"u8) ? Number(ref reader, out NtpSeconds)
                    : reader.ValueTextEquals("ntp_timestamp_usec"u8) ? Number(ref reader, out NtpFraction)
                    : reader.ValueTextEquals("rtp_timestamp"u8) ? Number(ref reader, out RtpTimestamp)
                    : reader.ValueTextEquals("packets"u8) ? Number(ref reader, out Packets)
                    : reader.ValueTextEquals("octets"u8) ? Number(ref reader, out Octets)
                    : Pass(ref reader);
            }
        }

        private void ReadDescriptions(ref Utf8JsonReader reader)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                return;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    reader.Skip();
                }
                else if (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    ReadDescription(ref reader);
                }
            }
        }

        private void ReadDescription(ref Utf8JsonReader reader)
        {
            do
            {
                if (!reader.ValueTextEquals("sdes_chunk_ssrc"u8))
                {
                    Pass(ref reader);
                }
                else if (Number(ref reader, out var ssrc))
                {
                    Described ??= ssrc;
                }
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName);
        }

        private void ReadBlocks(ref Utf8JsonReader reader)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                return;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    ReadBlock(ref reader);
                }
            }
        }

        private void ReadBlock(ref Utf8JsonReader reader)
        {
            uint ssrc = 0, highest = 0, fraction = 0, jitter = 0, lost = 0, lsr = 0, dlsr = 0;
            var hasSource = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("source_ssrc"u8))
                {
                    hasSource = Number(ref reader, out ssrc);
                    continue;
                }

                _ = reader.ValueTextEquals("highest_seq_no"u8) ? Number(ref reader, out highest)
                    : reader.ValueTextEquals("fraction_lost"u8) ? Number(ref reader, out fraction)
                    : reader.ValueTextEquals("ia_jitter"u8) ? Number(ref reader, out jitter)
                    : reader.ValueTextEquals("packets_lost"u8) ? Number(ref reader, out lost)
                    : reader.ValueTextEquals("lsr"u8) ? Number(ref reader, out lsr)
                    : reader.ValueTextEquals("dlsr"u8) ? Number(ref reader, out dlsr)
                    : Pass(ref reader);
            }

            if (hasSource && fraction <= byte.MaxValue && BlockCount < RtcpWriter.MaxReportBlocks)
            {
                Blocks[BlockCount++] = new RtcpReportValues(
                    ssrc, (byte)fraction, SignedLoss(lost), highest, jitter, lsr, dlsr);
            }
        }

        private static bool Pass(ref Utf8JsonReader reader)
        {
            if (reader.Read())
            {
                reader.Skip();
            }

            return false;
        }

        // Cumulative loss is a signed number of 24 bits (RFC 3550 §6.4.1), and some write it without its sign.
        private static int SignedLoss(uint lost) => (int)(lost << 8) >> 8;

        private static bool Number(ref Utf8JsonReader reader, out uint value)
        {
            value = 0;
            if (!reader.Read())
            {
                return false;
            }

            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)
                && number is >= int.MinValue and <= uint.MaxValue)
            {
                value = unchecked((uint)number);
                return true;
            }

            reader.Skip();
            return false;
        }
    }
}
