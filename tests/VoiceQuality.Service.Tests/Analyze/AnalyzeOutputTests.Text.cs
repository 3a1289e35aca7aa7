using System.Text.Json;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Analyze;

/// <content>How text of the wire is written.</content>
public sealed partial class AnalyzeOutputTests
{
    [Theory]
    [InlineData("json")]
    [InlineData("ndjson")]
    public async Task A_number_is_found_as_it_is_and_nothing_breaks_a_line(string format)
    {
        // NEL, LINE SEPARATOR and ESC would break a line, or move a terminal's cursor; control characters are replaced.
        var wire = new Wire();
        var busy = new SipScript(wire, "id\u0085\u2028\u001B[2J") { CallerUser = "+15550123" };
        busy.Request(1, "INVITE");
        busy.Response(2, 486);

        var run = await AnalyzeRun.OfAsync("--format", format, await WriteAsync("text.pcap", wire.ToPcap()));

        Assert.Matches("\"from\": ?\"\\+15550123\"", run.Output);
        Assert.DoesNotContain(run.Output, static octet => octet is '\u0085' or '\u2028' or '\u001B');
        var call = format == "json" ? run.Json.GetProperty("calls")[0] : JsonDocument.Parse(run.Lines[0]).RootElement;
        Assert.Equal("id\uFFFD\u2028\uFFFD[2J", call.GetProperty("callId").GetString());
    }
}
