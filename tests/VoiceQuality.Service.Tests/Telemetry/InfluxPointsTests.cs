using System.Text;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Tests.Telemetry;

public sealed class InfluxPointsTests
{
    private const long EndUs = 1_760_000_000_123_456;

    [Fact]
    public void A_call_that_is_written_again_is_the_same_point() =>
        Assert.Equal(Write(Call("a@test.example")), Write(Call("a@test.example")));

    [Fact]
    public void Calls_that_end_in_one_microsecond_differ_within_its_nanoseconds()
    {
        var points = Enumerable.Range(0, 20).Select(i => Write(Call($"{i}@test.example"))).ToArray();
        var times = points.Select(point => long.Parse(
            point[(point.LastIndexOf(' ') + 1)..].TrimEnd(), System.Globalization.CultureInfo.InvariantCulture)).ToArray();

        Assert.All(times, time => Assert.Equal(EndUs, time / 1_000));

        // Of 20 out of 1,000 values all but a few differ; the hash is fixed, so this holds always or never.
        Assert.True(times.Distinct().Count() >= 18);
    }

    [Fact]
    public void A_point_names_no_person_no_number_and_no_address()
    {
        var point = Write(Call("secret@192.0.2.7"));
        Assert.StartsWith("vq_call,account=A-1,outcome=answered,reason=noMedia,unit=U-1 count=1i,", point);
        Assert.DoesNotContain("secret", point);
        Assert.DoesNotContain("1555", point);
        Assert.DoesNotContain("192.0.2", point);
    }

    private static string Write(CallRecord call)
    {
        var lines = new LineProtocol();
        InfluxPoints.Write(lines, call, CallKey.Of(call), "A-1", "U-1");
        return Encoding.UTF8.GetString(lines.Lines);
    }

    private static CallRecord Call(string callId) => new()
    {
        CallId = callId,
        FromTag = "f",
        Caller = "+15550010001",
        Callee = "+15550010002",
        SignallingSource = new IpEndpoint(IpAddress128.FromIPv4(0xC000_0207), 5060),
        SignallingDestination = new IpEndpoint(IpAddress128.FromIPv4(0xC000_0208), 5060),
        StartedAtUs = EndUs - 20_000_000,
        AnsweredAtUs = EndUs - 10_000_000,
        EndedAtUs = EndUs,
        Outcome = CallOutcome.Answered,
        FinalStatus = 200,
        UnscoredReason = Quality.Scoring.UnscoredReason.NoMedia,
    };
}
