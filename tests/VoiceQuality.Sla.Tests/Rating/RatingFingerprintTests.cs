using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Reference;
using static VoiceQuality.Sla.Tests.Rating.RatingFixture;
using static VoiceQuality.Sla.Tests.Rating.ReferenceFixture;

namespace VoiceQuality.Sla.Tests.Rating;

public class RatingFingerprintTests
{
    private static readonly Instant June = Instant.FromUtc(2025, 6, 1, 0, 0);
    private static readonly MonthlyPeriod InMay = MonthlyPeriod.Bounds(new ServiceMonth(2025, 5), DateTimeZone.Utc);
    private static readonly MonthlyPeriod InJune = MonthlyPeriod.Bounds(new ServiceMonth(2025, 6), DateTimeZone.Utc);

    public static TheoryData<string> FromJuneOn =>
        ["tiers", "area codes", "rate", "deck", "program", "number", "trunk", "address"];

    [Fact]
    public void The_same_data_have_the_same_digest_whatever_the_documents() =>
        Assert.Equal(Digest(Content, InMay), new RatingFingerprints(new ReferenceBook(Content, "x")).Of("A-1", InMay));

    [Theory]
    [MemberData(nameof(FromJuneOn))]
    public void What_begins_in_June_changes_June_and_leaves_May(string what)
    {
        var changed = Change(Content, what, June);

        Assert.Equal(Digest(Content, InMay), Digest(changed, InMay));
        Assert.NotEqual(Digest(Content, InJune), Digest(changed, InJune));
    }

    [Theory]
    [MemberData(nameof(FromJuneOn))]
    public void What_begins_at_any_instant_of_May_changes_May(string what) =>
        Assert.NotEqual(
            Digest(Content, InMay), Digest(Change(Content, what, June - Duration.FromNanoseconds(100)), InMay));

    [Fact]
    public void Another_table_under_the_same_name_is_another_table() => Assert.NotEqual(
        Digest(Content, InMay),
        Digest(
            Content with { Tiers = EffectiveDated.Always(Tiers("2025-05", ("435555", OcnCategory.Clec), ("213555", OcnCategory.Clec))) },
            InMay));

    [Fact]
    public void What_has_no_part_in_rating_changes_nothing() => Assert.Equal(
        Digest(Content, InMay),
        Digest(
            Content with
            {
                BilledMrc = Content.BilledMrc.Add(new ComponentMonth("c", new ServiceMonth(2025, 5)), 300m),
                Rates = Content.Rates.Add(Rate(RateClass.Default, Jurisdiction.Indeterminate, 1m) with { AccountId = "B-1" }),
            },
            InMay));

    private static ReferenceContent Change(ReferenceContent content, string what, Instant from) => what switch
    {
        "tiers" => content with
        {
            Tiers = new EffectiveDated<TierTable>(
                [.. content.Tiers!.Entries, (from, Tiers("2025-06", ("435555", OcnCategory.Clec)))]),
        },
        "area codes" => content with
        {
            AreaCodes = new EffectiveDated<AreaCodeTable>(
                [.. content.AreaCodes!.Entries, (from, Table(("801", "UT")))]),
        },
        "rate" => content with
        {
            Rates = content.Rates.Add(Rate(RateClass.Termination, Jurisdiction.Intrastate, 0.05m, from)),
        },
        "deck" => content with
        {
            Decks = content.Decks.Add(new DeckRate(null, "FR", new PrefixRate(
                RateClass.International, 33, from, 0.2m, BillingIncrement.Domestic))),
        },
        "program" => content with
        {
            Programs = content.Programs.Add(new AccountProgram(
                "A-1", new ProgramChange(from, PricingProgram.Tiered, from - Duration.FromDays(1)))),
        },
        "number" => content with
        {
            Numbers = content.Numbers.Add(Held("+18015550155", VoiceService.Termination) with { From = from }),
        },
        "trunk" => content with
        {
            Trunks = content.Trunks.Add(
                Trunk("t-e", "A-1", "198.18.7.0/24", isCustomer: true, isTrusted: false) with { From = from }),
        },
        _ => content with
        {
            Addresses = content.Addresses.Add(new AccountAddress("A-1", from, "C", null, PartyNumber.Read(NewYorkOwn))),
        },
    };

    private static string Digest(ReferenceContent content, MonthlyPeriod period) =>
        new RatingFingerprints(new ReferenceBook(content, "digest")).Of("A-1", period);
}
