using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Reference;
using static VoiceQuality.Sla.Tests.Rating.RatingFixture;

namespace VoiceQuality.Sla.Tests.Rating;

/// <summary>
/// Account A-1 behind 198.18.1.0/24 of Utah, B-1 behind 198.18.2.0/24, a trusted carrier at 198.18.9.0/24 and one that
/// is not at 198.18.8.0/24. Flat rate; Utah far is Tier A, California far is Tier C.
/// </summary>
internal static class ReferenceFixture
{
    public const string Local = "+18015550177";
    public const string CustomerEdge = "198.18.1.7";
    public const string OtherCustomer = "198.18.2.7";
    public const string TrustedCarrier = "198.18.9.1";
    public const string UntrustedCarrier = "198.18.8.1";

    public static ReferenceContent Content { get; } = new()
    {
        Trunks =
        [
            Trunk("t-a", "A-1", "198.18.1.0/24", isCustomer: true, isTrusted: false),
            Trunk("t-b", "B-1", "198.18.2.0/24", isCustomer: true, isTrusted: false),
            Trunk("t-c", null, "198.18.9.0/24", isCustomer: false, isTrusted: true),
            Trunk("t-d", null, "198.18.8.0/24", isCustomer: false, isTrusted: false),
        ],
        Numbers =
        [
            Held(UtahOwn, VoiceService.Termination), Held(NewYorkOwn, VoiceService.Termination),
            Held(TollFreeOwn, VoiceService.TollFree), Held(Local, VoiceService.Local),
        ],
        Addresses = [new AccountAddress("A-1", Instant.MinValue, "Contract", null, PartyNumber.Read(UtahOwn))],
        Programs = [new AccountProgram("A-1", new ProgramChange(Instant.MinValue, PricingProgram.FlatRate))],
        Rates =
        [
            Rate(RateClass.Termination, Jurisdiction.Intrastate, 0.01m),
            Rate(RateClass.Termination, Jurisdiction.Interstate, 0.02m),
            Rate(RateClass.TollFree, Jurisdiction.Intrastate, 0.03m),
            Rate(RateClass.TollFree, Jurisdiction.Interstate, 0.04m),
            Rate(RateClass.Default, Jurisdiction.Indeterminate, 0.06m),
        ],
        Decks =
        [
            new DeckRate(null, "GB", new PrefixRate(
                RateClass.International, 44, Instant.MinValue, 0.1m, new BillingIncrement(1, 1))),
        ],
        AreaCodes = EffectiveDated.Always(AreaCodes),
        Tiers = EffectiveDated.Always(
            Tiers("2025-05", ("435555", OcnCategory.Rboc), ("213555", OcnCategory.Clec))),
    };

    public static ReferenceBook Book { get; } = new(Content, "digest");

    public static SignallingAddress Address(string text) =>
        SignallingAddress.TryParse(text, out var address) ? address : throw new InvalidOperationException();

    public static Trunk Trunk(string id, string? account, string range, bool isCustomer, bool isTrusted) =>
        SignallingRange.TryParse(range, out var parsed)
            ? new Trunk(id, account, [parsed], isCustomer, isTrusted, Instant.MinValue, null)
            : throw new InvalidOperationException();

    public static HeldNumber Held(string number, VoiceService service) => new(
        PartyNumber.Read(number).Number, "A-1", null, service, null, Instant.MinValue, null);

    public static AccountRate Rate(RateClass rateClass, Jurisdiction jurisdiction, decimal perMinute, Instant? from = null) =>
        new("A-1", new DomesticRate(
            PricingProgram.FlatRate, rateClass, jurisdiction, null, from ?? Instant.MinValue, perMinute,
            from is { } at ? at - Duration.FromDays(1) : null));
}
