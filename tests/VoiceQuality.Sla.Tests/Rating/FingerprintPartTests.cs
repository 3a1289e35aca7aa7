using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Reference;
using static VoiceQuality.Sla.Tests.Rating.RatingFixture;
using static VoiceQuality.Sla.Tests.Rating.ReferenceFixture;

namespace VoiceQuality.Sla.Tests.Rating;

/// <summary>Which value of the reference data has a part in the digest of a month, and which has none.</summary>
public class FingerprintPartTests
{
    private static readonly Instant June = Instant.FromUtc(2025, 6, 1, 0, 0);
    private static readonly Instant Inside = Instant.FromUtc(2025, 5, 10, 0, 0);
    private static readonly Duration Tick = Duration.FromTicks(1);
    private static readonly MonthlyPeriod InMay = MonthlyPeriod.Bounds(new ServiceMonth(2025, 5), DateTimeZone.Utc);

    private static readonly DomesticRate Domestic = new(
        PricingProgram.Tiered, RateClass.Termination, Jurisdiction.Intrastate, NetworkTier.B, Instant.MinValue, 0.05m);

    private static readonly PrefixRate Prefix = new(
        RateClass.International, 33, Instant.MinValue, 0.2m, new BillingIncrement(30, 7));

    private static readonly Trunk Port = Trunk("t-p", "A-1", "198.18.6.1:5060", isCustomer: true, isTrusted: false);

    private static readonly HeldNumber Number = Held("+18015550166", VoiceService.Termination);

    [Fact]
    public void Each_value_that_a_call_may_be_rated_by_makes_another_digest()
    {
        ReferenceContent[] contents =
        [
            Content,
            With(Domestic),
            With(Domestic with { Program = PricingProgram.LataOcn }),
            With(Domestic with { Class = RateClass.TollFree }),
            With(Domestic with { Jurisdiction = Jurisdiction.Interstate }),
            With(Domestic with { Tier = NetworkTier.C }),
            With(Domestic with { Tier = NetworkTier.A }),
            With(Domestic with { Tier = null }),
            With(Domestic with { PerMinute = 0.0501m }),
            With(Domestic with { From = Inside }),
            With(Domestic with { From = Inside + Tick }),
            With(Prefix),
            With(Prefix with { Class = RateClass.Extended }),
            With(Prefix with { Prefix = 34 }),
            With(Prefix with { Prefix = 99 }),
            With(Prefix with { Prefix = 99, Class = RateClass.Extended }),
            With(Prefix with { PerMinute = 0.2001m }),
            With(Prefix with { Increment = new BillingIncrement(31, 7) }),
            With(Prefix with { Increment = new BillingIncrement(30, 8) }),
            With(Prefix with { From = Inside }),
            With(Prefix, "A-1"),
            With(Number),
            With(Number with { Number = PartyNumber.Read("+18015550167").Number }),
            With(Number with { Service = VoiceService.Local }),
            With(Number with { From = Inside }),
            With(Number with { To = Inside }),
            With(Port),
            With(Port with { Id = "t-q" }),
            With(Port with { AccountId = "B-1" }),
            With(Port with { AccountId = null }),
            With(Port with { IsCustomerSide = false }),
            With(Port with { IsTrustedIdentity = true }),
            With(Port with { IsCustomerSide = false, IsTrustedIdentity = true }),
            With(Port with { From = Inside }),
            With(Port with { To = Inside }),
            With(Port with { Addresses = [Range("198.18.6.1:5061")] }),
            With(Port with { Addresses = [Range("198.18.6.1")] }),
            With(Port with { Addresses = [Range("198.18.6.1:1")] }),
            With(Port with { Addresses = [Range("198.18.6.2:5060")] }),
            With(Port with { Addresses = [Range("198.18.6.0:5060")] }),
            With(Port with { Addresses = [Range("198.18.6.0/31:5060")] }),
            With(Port with { Addresses = [Range("198.18.6.1:5060"), Range("198.18.6.2:5060")] }),
            Content with
            {
                Programs = [new AccountProgram("A-1", new ProgramChange(Instant.MinValue, PricingProgram.Tiered))],
            },
            Content with { Programs = [] },
            Content with { Rates = [], Decks = [] },
            Content with { AreaCodes = null },
            Content with { AreaCodes = EffectiveDated.Always(Table(("801", "UT"))) },
            Content with { AreaCodes = EffectiveDated.Always(Table(("802", "UT"))) },
            Content with { AreaCodes = EffectiveDated.Always(Table(("801", "AL"))) },
            Content with { AreaCodes = EffectiveDated.Always(Table(("801", "AK"))) },
            Content with { AreaCodes = new EffectiveDated<AreaCodeTable>([(Inside, Table(("801", "UT")))]) },
            Content with { AreaCodes = EffectiveDated.Always(Edition("2025-06", "801", "UT")) },
            Content with { Tiers = null },
            Content with { Tiers = EffectiveDated.Always(Tiers("2025-05", ("435555", OcnCategory.Rboc))) },
            Content with { Tiers = EffectiveDated.Always(Tiers("2025-06", ("435555", OcnCategory.Rboc))) },
            Content with { Tiers = EffectiveDated.Always(Tiers("2025-05", ("435556", OcnCategory.Rboc))) },
            Content with { Tiers = EffectiveDated.Always(Tiers("2025-05", ("435555", OcnCategory.Clec))) },
            Content with { Addresses = [] },
            Content with { Addresses = [Content.Addresses[0] with { BillingNumber = PartyNumber.Read(NewYorkOwn) }] },
            Content with { Addresses = [Content.Addresses[0] with { BillingNumber = PartyNumber.Read("anonymous") }] },
            Content with { Addresses = [Content.Addresses[0] with { BillingNumber = PartyNumber.Read("12") }] },
        ];
        var digests = contents.Select(Digest).ToList();
        var alike = digests.Select((digest, i) => (digest, i)).GroupBy(pair => pair.digest)
            .Where(group => group.Count() > 1).Select(group => string.Join(" = ", group.Select(pair => pair.i)));
        Assert.Equal([], alike);
        Assert.All(digests, digest => Assert.Matches("^[0-9a-f]{64}$", digest));
    }

    [Fact]
    public void The_order_of_rows_has_no_part_in_it()
    {
        var many = Content with
        {
            Rates = Content.Rates.AddRange(
                new AccountRate("A-1", Domestic), new AccountRate("A-1", Domestic with { Tier = NetworkTier.C }),
                new AccountRate("A-1", Domestic with { Tier = null }),
                new AccountRate("A-1", Domestic with { Program = PricingProgram.LataOcn })),
            Decks = Content.Decks.AddRange(
                new DeckRate("A-1", "FR", Prefix), new DeckRate("A-1", "ES", Prefix with { Prefix = 34 }),
                new DeckRate("A-1", "AK", Prefix with { Class = RateClass.Extended })),
            Numbers = Content.Numbers.AddRange(Number with { To = Inside }, Number with { From = Inside }),
        };
        Assert.Equal(
            Digest(many),
            Digest(many with
            {
                Rates = [.. many.Rates.Reverse()],
                Decks = [.. many.Decks.Reverse()],
                Numbers = [.. many.Numbers.Reverse()],
                Trunks = [.. many.Trunks.Reverse()],
            }));
    }

    [Fact]
    public void What_was_over_before_the_month_or_begins_with_its_end_has_no_part_in_it()
    {
        foreach (var (from, to) in new (Instant, Instant?)[] { (May - Tick, May), (June, null), (June, June + Tick) })
        {
            Assert.Equal(Digest(Content), Digest(With(Number with { From = from, To = to })));
            Assert.Equal(Digest(Content), Digest(With(Port with { From = from, To = to })));
        }

        foreach (var (from, to) in new (Instant, Instant?)[] { (May - Tick, May + Tick), (June - Tick, null) })
        {
            Assert.NotEqual(Digest(Content), Digest(With(Number with { From = from, To = to })));
            Assert.NotEqual(Digest(Content), Digest(With(Port with { From = from, To = to })));
        }
    }

    [Fact]
    public void Since_when_before_the_month_and_until_when_after_it_has_no_part_in_it()
    {
        Assert.Equal(Digest(With(Number)), Digest(With(Number with { From = May })));
        Assert.Equal(Digest(With(Number)), Digest(With(Number with { From = May - Tick, To = June })));
        Assert.Equal(Digest(With(Number)), Digest(With(Number with { To = June + Tick })));
        Assert.NotEqual(Digest(With(Number)), Digest(With(Number with { From = May + Tick })));
        Assert.NotEqual(Digest(With(Number)), Digest(With(Number with { To = June - Tick })));
        Assert.Equal(Digest(With(Domestic)), Digest(With(Domestic with { From = May })));
        Assert.Equal(Digest(With(Prefix)), Digest(With(Prefix with { From = May - Tick })));
    }

    [Fact]
    public void A_book_is_asked_for_the_digest_of_each_account_and_month_by_itself()
    {
        var prints = new RatingFingerprints(new ReferenceBook(With(Number with { To = Inside }), "digest"));
        var inJune = MonthlyPeriod.Bounds(new ServiceMonth(2025, 6), DateTimeZone.Utc);
        var (may, june, other) = (prints.Of("A-1", InMay), prints.Of("A-1", inJune), prints.Of("B-1", InMay));
        Assert.Equal(3, new[] { may, june, other }.Distinct().Count());
        Assert.Equal(may, prints.Of("A-1", InMay));
        Assert.Equal("digest", prints.Book.Digest);
        Assert.Equal("accountId", Assert.Throws<ArgumentException>(() => prints.Of("", InMay)).ParamName);
    }

    private static AreaCodeTable Edition(string version, string code, string place) =>
        AreaCodeTable.TryCreate(version, [KeyValuePair.Create(code, place)], out var table, out _)
            ? table
            : throw new FormatException(version);

    private static ReferenceContent With(DomesticRate rate) => Content with
    {
        Rates = Content.Rates.Add(new AccountRate("A-1", rate)),
    };

    private static ReferenceContent With(PrefixRate rate, string? accountId = null) => Content with
    {
        Decks = Content.Decks.Add(new DeckRate(accountId, "x", rate)),
    };

    private static ReferenceContent With(HeldNumber number) => Content with { Numbers = Content.Numbers.Add(number) };

    private static ReferenceContent With(Trunk trunk) => Content with { Trunks = Content.Trunks.Add(trunk) };

    private static SignallingRange Range(string text) =>
        SignallingRange.TryParse(text, out var range) ? range : throw new FormatException(text);

    private static string Digest(ReferenceContent content) =>
        new RatingFingerprints(new ReferenceBook(content, "digest")).Of("A-1", InMay);
}
