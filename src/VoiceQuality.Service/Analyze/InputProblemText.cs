using System.Globalization;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Service.Analyze;

/// <summary>One line for the operator: which file, where, what, and what to do.</summary>
internal static class InputProblemText
{
    public static string Of(InputProblem problem)
    {
        var text = Describe(problem.Reason, problem.Value ?? 0);
        var where = problem.Offset is { } offset
            ? string.Create(CultureInfo.InvariantCulture, $" at offset {offset}")
            : "";
        return $"{problem.File}{where}: {text}";
    }

    /// <summary>Where in its file an anomaly is, and what it is.</summary>
    public static string Of(CaptureAnomaly anomaly) => string.Create(
        CultureInfo.InvariantCulture, $"at offset {anomaly.Offset}: {Describe(anomaly.Reason, anomaly.Value ?? 0)}");

    private static string Describe(CaptureAnomalyReason reason, long value)
    {
        var n = value.ToString(CultureInfo.InvariantCulture);
        return reason switch
        {
            CaptureAnomalyReason.NotACaptureFile =>
                "neither pcap nor pcapng (nor gzip of either); give a capture file",
            CaptureAnomalyReason.FileHeaderCut => "the file ends inside its header; copy it again",
            CaptureAnomalyReason.RecordCut =>
                $"the file ends inside a record, {n} octets are missing; everything before it was analysed",
            CaptureAnomalyReason.RecordLongerThanSnapLength =>
                $"a record of {n} octets is longer than the snap length; it was used",
            CaptureAnomalyReason.RecordLengthAbsurd =>
                $"a record claims {n} octets; the file is damaged, everything before it was analysed",
            CaptureAnomalyReason.RecordEmpty => "a record without octets; it was skipped",
            CaptureAnomalyReason.UnsupportedLinkType =>
                $"link type {n} is not read; capture on Ethernet, Linux cooked, raw IP or BSD loopback",
            CaptureAnomalyReason.BlockTooShort =>
                $"a block of {n} octets is too short; everything before it was analysed",
            CaptureAnomalyReason.BlockLengthUnaligned =>
                $"a block length of {n} is no multiple of 4; everything before it was analysed",
            CaptureAnomalyReason.BlockTooLong =>
                $"a block of {n} octets is longer than is read; everything before it was analysed",
            CaptureAnomalyReason.BlockLengthMismatch =>
                $"the two lengths of a block differ, the second is {n}; everything before it was analysed",
            CaptureAnomalyReason.ByteOrderMagicUnknown =>
                "a section with an unknown byte order; everything before it was analysed",
            CaptureAnomalyReason.PacketBeyondBlock =>
                $"a packet of {n} octets does not fit in its block; it was skipped",
            CaptureAnomalyReason.InterfaceUndefined =>
                $"a packet of interface {n}, which the file does not describe; it was skipped",
            CaptureAnomalyReason.TooManyInterfaces => $"more than {n} interfaces; packets of the others were skipped",
            CaptureAnomalyReason.TimestampOutOfRange => "a time outside 1970 to 2262; the nearest was used",
            _ => "the compressed data is damaged; everything before it was analysed",
        };
    }
}
