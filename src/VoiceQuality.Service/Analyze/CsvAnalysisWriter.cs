using System.Globalization;
using System.Text;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Sla.Export;

namespace VoiceQuality.Service.Analyze;

/// <summary>One row a stream, RFC 4180 with line feeds.</summary>
internal sealed class CsvAnalysisWriter(Stream output) : AnalysisWriter
{
    private const string Header =
        "callId,direction,source,destination,ssrc,codec,payloadType,startedAt,endedAt,received,expected,lost,"
        + "duplicates,reordered,discarded,lossPercent,burstRatio,jitterMeanMs,jitterMaxMs,maxDeltaMs,rFactor,mosLq,"
        + "unscoredReason,codecRow,jitterBuffer";

    private readonly PackedRows _rows = new(columns: 2, KeyOf);

    public override void OnCall(CallRecord call)
    {
    }

    public override void OnStream(StreamRecord stream)
    {
        var total = stream.Total;
        _rows.Add(string.Join(',', [
            CsvCell.Text(stream.CallId),
            AnalysisJson.DirectionName(stream.Direction),
            stream.Source.ToString(),
            stream.Destination.ToString(),
            AnalysisJson.SsrcText(stream.Ssrc),
            CsvCell.Text(stream.Codec),
            CsvCell.Number(stream.PayloadType),
            AnalysisJson.Time(stream.StartedAtUs),
            AnalysisJson.Time(stream.EndedAtUs),
            CsvCell.Number(total.Received),
            CsvCell.Number(total.Expected),
            CsvCell.Number(total.Lost),
            CsvCell.Number(total.Duplicates),
            CsvCell.Number(total.Reordered),
            CsvCell.Number(stream.DiscardedOf(total)),
            Real(total.LossPercent),
            Real(stream.BurstROf(total)),
            Real(total.JitterMeanMs),
            Real(total.JitterMaxMs),
            Real(total.MaxDeltaMs),
            Real(stream.RFactor),
            (stream.MosLqE4 / 10_000m)?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "",
            stream.UnscoredReason.ToWireName() ?? "",
            stream.Model.CodecRow ?? "",
            stream.Model.JitterBuffer,
        ])).Add(StreamRecordOrder.KeyOf(stream)).End(stream.StartedAtUs);
    }

    public override void Finish(CaptureSummary capture)
    {
        var text = new OutputBuffer(output);
        WriteLine(text, Encoding.UTF8.GetBytes(Header));
        _rows.Sort();
        for (var row = 0; row < _rows.Count; row++)
        {
            var cells = _rows[row];
            WriteLine(text, PackedRows.Next(ref cells));
        }

        text.Flush();
    }

    private static string KeyOf(ReadOnlySpan<byte> cells)
    {
        PackedRows.Next(ref cells);
        return Encoding.UTF8.GetString(PackedRows.Next(ref cells));
    }

    private static void WriteLine(OutputBuffer text, ReadOnlySpan<byte> line)
    {
        var room = text.GetSpan(line.Length + 1);
        line.CopyTo(room);
        room[line.Length] = (byte)'\n';
        text.Advance(line.Length + 1);
        text.WriteWhenFull();
    }

    private static string Real(double? value) =>
        CsvCell.Number(value is { } real ? Math.Round((decimal)real, 6) : null);
}
