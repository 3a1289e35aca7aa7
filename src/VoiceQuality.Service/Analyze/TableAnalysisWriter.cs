using System.Globalization;
using System.Text;
using System.Text.Json;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Service.Analyze;

/// <summary>For a person at a terminal: what was read, the calls, the streams.</summary>
internal sealed class TableAnalysisWriter(Stream output) : CollectingAnalysisWriter
{
    protected override void Write(
        CaptureSummary capture, IReadOnlyList<CallRecord> calls, IReadOnlyList<StreamRecord> streams)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        var counters = capture.Counters;
        var skipped = capture.NotIp + capture.Truncated + capture.Malformed + capture.OtherTransport
            + capture.Fragments + capture.UnsupportedLinkType + capture.UnusableRecords;
        text.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{capture.Packets} packets: {counters.SipMessages} SIP, {counters.RtpPackets} RTP, "
            + $"{counters.RtcpPackets} RTCP, {skipped} not read. {calls.Count} calls, {streams.Count} streams."));
        WriteTable(
            text,
            ["started", "from", "to", "outcome", "status", "talk s", "PDD ms", "MOS", "unscored", "call id"],
            calls.Select(Row));
        WriteTable(
            text,
            [
                "started", "direction", "source", "destination", "ssrc", "codec", "received", "lost", "loss %", "late",
                "jitter ms", "R", "MOS", "unscored",
            ],
            streams.Select(Row));
    }

    private static string?[] Row(CallRecord record) =>
    [
        AnalysisJson.Time(record.StartedAtUs)[..23].Replace('T', ' '),
        record.Caller,
        record.Callee,
        JsonNamingPolicy.CamelCase.ConvertName(record.Outcome.ToString()),
        record.FinalStatus?.ToString(CultureInfo.InvariantCulture),
        Format((record.EndedAtUs - record.AnsweredAtUs) / 1e6, "0.0"),
        Format(record.PostDialDelayUs / 1e3, "0"),
        Format(record.MosLqE4 / 1e4, "0.00"),
        record.UnscoredReason.ToWireName(),
        record.CallId,
    ];

    private static string?[] Row(StreamRecord stream) =>
    [
        AnalysisJson.Time(stream.StartedAtUs)[..23].Replace('T', ' '),
        AnalysisJson.DirectionName(stream.Direction),
        stream.Source.ToString(),
        stream.Destination.ToString(),
        AnalysisJson.SsrcText(stream.Ssrc),
        stream.Codec,
        stream.Total.Received.ToString(CultureInfo.InvariantCulture),
        stream.Total.Lost.ToString(CultureInfo.InvariantCulture),
        Format(stream.Total.LossPercent, "0.00"),
        stream.DiscardedOf(stream.Total)?.ToString(CultureInfo.InvariantCulture),
        Format(stream.Total.JitterMeanMs, "0.00"),
        Format(stream.RFactor, "0.0"),
        Format(stream.MosLqE4 / 1e4, "0.00"),
        stream.UnscoredReason.ToWireName(),
    ];

    private static string? Format(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture);

    private static void WriteTable(TextWriter text, string[] header, IEnumerable<string?[]> source)
    {
        var rows = source.ToArray();
        if (rows.Length == 0)
        {
            return;
        }

        var widths = header.Select((name, column) =>
            Math.Max(name.Length, rows.Max(row => (row[column] ?? "–").Length))).ToArray();
        text.WriteLine();
        WriteRow(text, header, widths);
        WriteRow(text, [.. widths.Select(static width => new string('─', width))], widths);
        foreach (var row in rows)
        {
            WriteRow(text, row, widths);
        }
    }

    private static void WriteRow(TextWriter text, string?[] row, int[] widths)
    {
        for (var column = 0; column < row.Length; column++)
        {
            var isLast = column == row.Length - 1;
            text.Write(isLast ? row[column] ?? "–" : (row[column] ?? "–").PadRight(widths[column] + 2));
        }

        text.WriteLine();
    }
}
