using System.Text.Json;
using VoiceQuality.Quality.Signalling;
using VoiceQuality.Service.Analyze;
using VoiceQuality.Service.Signalling;

namespace VoiceQuality.Service.Tests.Analyze;

public sealed class AnalysisSignallingTests
{
    // Every counter is another prime, so that no field can stand for another.
    private static readonly SignallingCounters Counted = new()
    {
        Attempts = 1_009, Answered = 503, Redirected = 2, Declined = 3, Ineffective = 5, NotAnsweredByUser = 7,
        Completed = 11, Retransmissions = 13, Challenges = 17, Partial = 19,
        PostDial = new DelaySum(23, 10_007), Ringing = new DelaySum(29, 10_009), RequestDelay = new DelaySum(31, 10_037),
        FailedRequestDelay = new DelaySum(37, 10_039), DisconnectDelay = new DelaySum(41, 10_061),
        Talk = new DelaySum(43, 10_067),
    };

    public static TheoryData<bool> WithAndWithoutCounts => new(true, false);

    [Theory]
    [MemberData(nameof(WithAndWithoutCounts))]
    public void An_analysis_has_the_fields_of_the_API_and_no_others(bool isCounted)
    {
        var counters = isCounted ? Counted : default;
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            AnalysisJson.WriteSignalling(json, counters);
            json.WriteEndObject();
        }

        var written = JsonDocument.Parse(output.ToArray()).RootElement.GetProperty("signalling");
        var ofApi = JsonSerializer.SerializeToElement(SignallingResponse.Of(counters), JsonSerializerOptions.Web);

        Assert.Equal(
            ofApi.EnumerateObject().Select(static field => field.Name),
            written.EnumerateObject().Select(static field => field.Name));
        Assert.True(JsonElement.DeepEquals(ofApi, written), written.GetRawText());
    }
}
