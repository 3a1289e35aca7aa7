using System.Globalization;
using System.Text;
using System.Text.Json;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Tests.Cli;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Analyze;

/// <content>The table of streams as CSV.</content>
public sealed partial class AnalyzeOutputTests
{
    [Fact]
    public async Task Csv_has_a_row_for_each_stream_with_as_many_cells_as_the_header()
    {
        var lines = (await RunAsync("csv")).Lines;

        Assert.Equal(4, lines.Length);
        Assert.All(lines, line => Assert.Equal(lines[0].Split(',').Length, line.Split(',').Length));
        Assert.StartsWith(
            "callId,direction,source,destination,ssrc,codec,payloadType,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "answered,fromCaller,198.18.0.1:4000,198.18.0.2:6000,0x000000a1,PCMU,0,2026-01-05T08:00:02.500000Z,",
            lines[1], StringComparison.Ordinal);
        Assert.StartsWith(",unknown,[2001:2::1]:7000,", lines[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+15550100", "'+15550100")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    public async Task Csv_text_is_guarded_against_formulas(string callId, string cell)
    {
        var file = await WriteAsync("guard.pcap", SampleCapture.Wire(callId: callId).ToPcap());

        var run = await AnalyzeRun.OfAsync("--format", "csv", file);

        Assert.StartsWith(cell + ",fromCaller", run.Lines[1], StringComparison.Ordinal);
    }
}
