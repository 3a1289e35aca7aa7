using System.Globalization;
using System.Text;
using System.Text.Json;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Service.Analyze;

/// <summary>For a person at a terminal: what was read, the calls, the streams.</summary>
internal sealed class TableAnalysisWriter(Stream output) : AnalysisWriter
{
    private const string Unknown = "–";
    private const string Whole = "0";

    /// <summary>Characters of a time to the millisecond.</summary>
    private const int TimeLength = 23;

    private static readonly string[] CallColumns =
        ["started", "from", "to", "outcome", "status", "talk s", "PDD ms", "MOS", "unscored", "call id"];

    private static readonly string[] StreamColumns =
    [
        "started", "direction", "source", "destination", "ssrc", "codec", "received", "lost", "loss %", "late",
        "jitter ms", "R", "MOS", "unscored",
    ];

    private static readonly string[] OutcomeNames =
        [.. Enum.GetNames<CallOutcome>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    // Without the first column, the time; the last of a stream is its Call-ID, which is not shown.
    private readonly PackedRows _calls = new(CallColumns.Length - 1, CallKeyOf);
    private readonly PackedRows _streams = new(StreamColumns.Length, StreamKeyOf);
    private readonly OutputBuffer _output = new(output);

    public override void OnCall(CallRecord call)
    {
        _calls.Add(call.Caller ?? Unknown).Add(call.Callee ?? Unknown)
            .Add(OutcomeNames[(int)call.Outcome]);
        Add(_calls, call.FinalStatus, Whole);
        Add(_calls, (call.EndedAtUs - call.AnsweredAtUs) / 1e6, "0.0");
        Add(_calls, call.PostDialDelayUs / 1e3, Whole);
        Add(_calls, call.MosLqE4 / 1e4, "0.00");
        _calls.Add(call.UnscoredReason.ToWireName() ?? Unknown).Add(call.CallId).End(call.StartedAtUs);
    }

    public override void OnStream(StreamRecord stream)
    {
        var total = stream.Total;
        _streams.Add(AnalysisJson.DirectionName(stream.Direction))
            .Add(stream.Source.ToString()).Add(stream.Destination.ToString()).Add(AnalysisJson.SsrcText(stream.Ssrc))
            .Add(stream.Codec ?? Unknown).Add(total.Received, Whole).Add(total.Lost, Whole);
        Add(_streams, total.LossPercent, "0.00");
        Add(_streams, stream.DiscardedOf(total), Whole);
        Add(_streams, total.JitterMeanMs, "0.00");
        Add(_streams, stream.RFactor, "0.0");
        Add(_streams, stream.MosLqE4 / 1e4, "0.00");
        _streams.Add(stream.UnscoredReason.ToWireName() ?? Unknown).Add(StreamRecordOrder.CallKeyOf(stream))
            .End(stream.StartedAtUs);
    }

    public override void Finish(CaptureSummary capture)
    {
        var counters = capture.Counters;
        var skipped = capture.NotIp + capture.Truncated + capture.Malformed + capture.OtherTransport
            + capture.Fragments + capture.UnsupportedLinkType + capture.UnusableRecords;
        WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{capture.Packets} packets: {counters.SipMessages} SIP, {counters.RtpPackets} RTP, "
            + $"{counters.RtcpPackets} RTCP, {skipped} not read. {_calls.Count} calls, {_streams.Count} streams."));
        WriteTable(CallColumns, _calls);
        WriteTable(StreamColumns, _streams);
        _output.Flush();
    }

    private static string Time(long us) => AnalysisJson.Time(us)[..TimeLength].Replace('T', ' ');

    private static string CallKeyOf(ReadOnlySpan<byte> cells) => CellOf(cells, CallColumns.Length - 2);

    private static string StreamKeyOf(ReadOnlySpan<byte> cells) => StreamRecordOrder.KeyOf(
        CellOf(cells, StreamColumns.Length - 1), CellOf(cells, 3), CellOf(cells, 1), CellOf(cells, 2));

    private static string CellOf(ReadOnlySpan<byte> cells, int column)
    {
        for (; column > 0; column--)
        {
            PackedRows.Next(ref cells);
        }

        return Encoding.UTF8.GetString(PackedRows.Next(ref cells));
    }

    private static void Add<T>(PackedRows rows, T? value, string format)
        where T : struct, IUtf8SpanFormattable, IFormattable
    {
        if (value is { } known)
        {
            rows.Add(known, format);
        }
        else
        {
            rows.Add(Unknown);
        }
    }

    private void WriteTable(string[] header, PackedRows rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        rows.Sort();
        var widths = header.Select((name, column) => Math.Max(
            name.Length, column == 0 ? TimeLength : rows.Widths[column - 1])).ToArray();
        WriteLine("");
        WriteHeader(header, widths);
        WriteHeader([.. widths.Select(static width => new string('─', width))], widths);
        for (var row = 0; row < rows.Count; row++)
        {
            var cells = rows[row];
            Write(Encoding.UTF8.GetBytes(Time(rows.AtUs(row))));
            Pad(widths[0] + 2 - TimeLength);
            for (var column = 1; column < widths.Length; column++)
            {
                var cell = PackedRows.Next(ref cells);
                Write(cell);
                if (column < widths.Length - 1)
                {
                    Pad(widths[column] + 2 - PackedRows.WidthOf(cell));
                }
            }

            WriteLine("");
        }
    }

    private void WriteHeader(string[] cells, int[] widths) => WriteLine(string.Concat(cells.Select(
        (cell, column) => column < cells.Length - 1 ? cell.PadRight(widths[column] + 2) : cell)));

    private void Write(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(_output.GetSpan(octets.Length));
        _output.Advance(octets.Length);
    }

    private void Pad(int count)
    {
        _output.GetSpan(count)[..count].Fill((byte)' ');
        _output.Advance(count);
    }

    private void WriteLine(string text)
    {
        Write(Encoding.UTF8.GetBytes(text + "\n"));
        _output.WriteWhenFull();
    }
}
