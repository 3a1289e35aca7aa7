using System.IO.Compression;

namespace VoiceQuality.Service.Telemetry.Influx;

/// <summary>Points of one request, compressed, so that the spool holds as many as it can.</summary>
/// <param name="Body">Line protocol, gzip.</param>
/// <param name="Points">Lines in it.</param>
/// <param name="SealedAt">When it was closed.</param>
internal sealed record InfluxBatch(byte[] Body, int Points, DateTimeOffset SealedAt)
{
    public static InfluxBatch Seal(LineProtocol lines, DateTimeOffset now)
    {
        using var body = new MemoryStream();

        using (var gzip = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(lines.Lines);
        }

        return new InfluxBatch(body.ToArray(), lines.Points, now);
    }
}
