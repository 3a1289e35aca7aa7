using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Sla.Tests.Outages;

public class AttemptRulesTests
{
    private const long Start = 1_000_000;

    private static readonly AttemptFacts Attempt = new(Start);

    public static TheoryData<string, AttemptFacts, AttemptClass?, long, long> Attempts { get; } = new()
    {
        { "503", Answering(503), AttemptClass.ServerFailure, Start, 0 },
        { "500", Answering(500), AttemptClass.ServerFailure, Start, 0 },
        { "599", Answering(599), AttemptClass.ServerFailure, Start, 0 },
        { "503 after ringing", Answering(503) with { RangAtUs = 1_500_000 }, AttemptClass.ServerFailure, Start, 0 },
        { "408", Answering(408), AttemptClass.ServerFailure, Start, 0 },
        { "408 after ringing", Answering(408) with { RangAtUs = 1_500_000 }, AttemptClass.Responded, 1_500_000, 0 },
        { "404", Answering(404), AttemptClass.Responded, 1_100_000, 0 },
        { "486", Answering(486), AttemptClass.Responded, 1_100_000, 0 },
        { "603", Answering(603), AttemptClass.Responded, 1_100_000, 0 },
        { "401", Answering(401), AttemptClass.Responded, 1_100_000, 0 },
        { "407", Answering(407), AttemptClass.Responded, 1_100_000, 0 },
        { "302", Answering(302), AttemptClass.Responded, 1_100_000, 0 },
        { "499", Answering(499), AttemptClass.Responded, 1_100_000, 0 },
        { "600", Answering(600), AttemptClass.Responded, 1_100_000, 0 },
        {
            "404 without a time of response",
            Answering(404) with { FirstResponseAtUs = null, EndedAtUs = 1_200_000 }, AttemptClass.Responded, 1_200_000, 0
        },
        {
            "404 without any time",
            Answering(404) with { FirstResponseAtUs = null, EndedAtUs = null }, AttemptClass.Responded, Start, 0
        },
        { "no response for 32 s", Attempt with { HasTimedOut = true }, AttemptClass.NoResponse, Start, 32_000 },
        {
            "100 and then nothing",
            Attempt with { HasTimedOut = true, FirstResponseAtUs = 1_100_000 }, AttemptClass.NoResponse, Start, 32_000
        },
        {
            "ringing and then nothing",
            Attempt with { HasTimedOut = true, RangAtUs = 1_400_000 }, AttemptClass.Responded, 1_400_000, 0
        },
        { "cut by the end of the capture", Attempt, null, 0, 0 },
        {
            "cancelled without any response",
            Attempt with { CancelledAtUs = 9_500_000 }, AttemptClass.NoResponse, Start, 8_500
        },
        {
            "cancelled after 100",
            Attempt with { CancelledAtUs = 9_500_000, FirstResponseAtUs = 1_100_000 }, null, 0, 0
        },
        {
            "cancelled after 100, 487",
            Answering(487) with { CancelledAtUs = 9_500_000 }, null, 0, 0
        },
        {
            "cancelled after ringing",
            Answering(487) with { CancelledAtUs = 9_500_000, RangAtUs = 2_000_000 }, AttemptClass.Responded, 2_000_000, 0
        },
        {
            "answered with media",
            Answering(200) with { AnsweredAtUs = 3_000_000, EndedAtUs = 9_000_000, HasMedia = true },
            AttemptClass.Media, 1_100_000, 0
        },
        {
            "answered without media",
            Answering(200) with { AnsweredAtUs = 3_000_000, EndedAtUs = 33_000_000 }, AttemptClass.NoMedia, Start, 30_000
        },
        {
            "answered without media, end not seen",
            Answering(200) with { AnsweredAtUs = 3_000_000, EndedAtUs = null }, AttemptClass.Responded, 1_100_000, 0
        },
    };

    [Theory]
    [MemberData(nameof(Attempts))]
    public void An_attempt_shows_what_the_documented_rule_says(
        string name, AttemptFacts facts, AttemptClass? expected, long atUs, long lastedMs)
    {
        var shown = AttemptRules.OfCall(facts);

        Assert.True(
            expected is { } known ? shown == new ClassifiedAttempt(known, atUs, lastedMs) : shown is null,
            $"{name}: {shown}");
    }

    [Theory]
    [InlineData(null, AttemptClass.NoResponse, Start, 32_000)]
    [InlineData(200, AttemptClass.Responded, Start + 20_000, 0)]
    [InlineData(401, AttemptClass.Responded, Start + 20_000, 0)]
    [InlineData(404, AttemptClass.Responded, Start + 20_000, 0)]
    [InlineData(405, AttemptClass.Responded, Start + 20_000, 0)]
    [InlineData(501, AttemptClass.Responded, Start + 20_000, 0)]
    [InlineData(408, AttemptClass.ServerFailure, Start, 0)]
    [InlineData(500, AttemptClass.ServerFailure, Start, 0)]
    [InlineData(503, AttemptClass.ServerFailure, Start, 0)]
    [InlineData(599, AttemptClass.ServerFailure, Start, 0)]
    [InlineData(600, AttemptClass.Responded, Start + 20_000, 0)]
    [InlineData(603, AttemptClass.Responded, Start + 20_000, 0)]
    public void A_probe_shows_whether_somebody_is_there(
        int? status, AttemptClass expected, long atUs, long lastedMs) =>
        Assert.Equal(
            new ClassifiedAttempt(expected, atUs, lastedMs),
            AttemptRules.OfProbe(Start, status is null ? null : Start + 20_000, status));

    private static AttemptFacts Answering(int status) => Attempt with
    {
        FirstResponseAtUs = 1_100_000,
        EndedAtUs = 1_200_000,
        FinalStatus = status,
    };
}
