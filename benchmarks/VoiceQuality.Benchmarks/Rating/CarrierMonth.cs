using System.Globalization;
using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Rating;

namespace VoiceQuality.Benchmarks.Rating;

/// <summary>
/// A month of a carrier, made up but rated by the real rules: ten accounts of ten units, seven in ten calls domestic
/// and outbound, two inbound toll free, one international, and of the domestic ones four in ten to Tier C.
/// </summary>
internal sealed class CarrierMonth
{
    public const int Accounts = 10;
    private const int UnitsPerAccount = 10;
    private const int NumbersPerAccount = 10;

    private static readonly string[] Domestic =
        ["+14355550100", "+14355550101", "+12135550100", "+12135550101", "+14155550100"];

    private readonly RatingFingerprints _fingerprints = new(Book());

    public static ServiceMonth Month { get; } = new(2026, 10);

    public static AccountCalendar Calendar { get; } = new(DateTimeZone.Utc);

    public static MonthlyPeriod Period { get; } = Calendar.Bounds(Month);

    public static string AccountOf(int account) => string.Create(CultureInfo.InvariantCulture, $"A-{account:00}");

    /// <summary>Call number so many of so many; calls are spread evenly over the month.</summary>
    public MeasuredCall Call(long number, long of)
    {
        var mixed = Mix((ulong)number);
        var account = (int)(mixed % Accounts);
        var unit = (int)((mixed >> 8) % UnitsPerAccount);
        var startedAtUs = (Period.Start.ToUnixTimeTicks() / 10)
            + (long)((Int128)number * ((Period.End - Period.Start).BclCompatibleTicks / 10) / of);
        var durationUs = 1_000_000 + (long)((mixed >> 16) % 600_000_000);
        var answeredAtUs = Math.Min(startedAtUs + 2_000_000, (Period.End.ToUnixTimeTicks() / 10) - 1);
        var kind = (int)((mixed >> 32) % 10);
        var isInbound = kind is 7 or 8;
        var far = kind == 9 ? "+442079460000" : Domestic[(int)((mixed >> 40) % (ulong)Domestic.Length)];
        var own = isInbound
            ? string.Create(CultureInfo.InvariantCulture, $"+1888555{account}{(mixed >> 48) % NumbersPerAccount:000}")
            : string.Create(CultureInfo.InvariantCulture, $"+1801555{account}000");
        var call = new CallRecord
        {
            CallId = number.ToString("x", CultureInfo.InvariantCulture),
            FromTag = "t",
            Caller = isInbound ? far : own,
            Callee = isInbound ? own : far,
            RequestUser = isInbound ? own : far,
            SignallingSource = isInbound ? Carrier : Customer(account),
            SignallingDestination = isInbound ? Customer(account) : Carrier,
            StartedAtUs = startedAtUs,
            AnsweredAtUs = answeredAtUs,
            EndedAtUs = answeredAtUs + durationUs,
            Outcome = CallOutcome.Answered,
            FinalStatus = 200,
            MosLqE4 = 30_000 + (int)((mixed >> 20) % 14_000),
        };
        var unitId = string.Create(CultureInfo.InvariantCulture, $"U-{account:00}-{unit:00}");
        var date = Instant.FromUnixTimeTicks(answeredAtUs * 10).InUtc().Date;
        return new MeasuredCall(call, AccountOf(account), unitId, null, Month, date, TimeZones.DatabaseVersion)
        {
            Rating = new MeasuredRating(
                MeasuredCallRating.Rate(SignallingOf(call, AccountOf(account), unitId), _fingerprints.Book),
                _fingerprints.Of(AccountOf(account), Period)),
        };
    }

    private static IpEndpoint Carrier { get; } = new(IpAddress128.FromBytes([198, 18, 250, 1]), 5060);

    private static IpEndpoint Customer(int account) =>
        new(IpAddress128.FromBytes([198, 18, (byte)account, 1]), 5060);

    private static CallSignalling SignallingOf(CallRecord call, string accountId, string unitId) => new()
    {
        CallId = CallKey.Of(call).ToString(),
        AccountId = accountId,
        UnitId = unitId,
        Source = AddressOf(call.SignallingSource),
        SourcePort = call.SignallingSource.Port,
        Destination = AddressOf(call.SignallingDestination),
        DestinationPort = call.SignallingDestination.Port,
        From = call.Caller,
        To = call.Callee,
        RequestUser = call.RequestUser,
        AnsweredAtUs = call.AnsweredAtUs!.Value,
        EndedAtUs = call.EndedAtUs,
    };

    private static SignallingAddress? AddressOf(IpEndpoint endpoint)
    {
        Span<byte> octets = stackalloc byte[16];
        return SignallingAddress.TryCreate(octets[..endpoint.Address.CopyTo(octets)], out var address) ? address : null;
    }

    private static ReferenceBook Book()
    {
        var accounts = Enumerable.Range(0, Accounts).ToList();
        var content = new ReferenceContent
        {
            Trunks =
            [
                Trunk("carrier", null, "198.18.250.0/24"),
                .. accounts.Select(account => Trunk($"t-{account}", AccountOf(account), $"198.18.{account}.0/24")),
            ],
            Numbers =
            [
                .. accounts.Select(account => Held(account, $"+1801555{account}000", VoiceService.Termination)),
                .. accounts.SelectMany(account => Enumerable.Range(0, NumbersPerAccount).Select(
                    number => Held(account, $"+1888555{account}{number:000}", VoiceService.TollFree))),
            ],
            Addresses =
            [
                .. accounts.Select(account => new AccountAddress(
                    AccountOf(account), Instant.MinValue, "Contract", null, PartyNumber.Read($"+1801555{account}000"))),
            ],
            Programs = [.. accounts.Select(account => new AccountProgram(
                AccountOf(account), new ProgramChange(Instant.MinValue, PricingProgram.FlatRate)))],
            Rates =
            [
                .. accounts.SelectMany(account => new[]
                {
                    Rate(account, RateClass.Termination, Jurisdiction.Intrastate, 0.0105m),
                    Rate(account, RateClass.Termination, Jurisdiction.Interstate, 0.0121m),
                    Rate(account, RateClass.TollFree, Jurisdiction.Intrastate, 0.0303m),
                    Rate(account, RateClass.TollFree, Jurisdiction.Interstate, 0.0207m),
                    Rate(account, RateClass.Default, Jurisdiction.Indeterminate, 0.06m),
                }),
            ],
            Decks = [new DeckRate(null, "GB", new PrefixRate(
                RateClass.International, 44, Instant.MinValue, 0.0301m, new BillingIncrement(30, 1)))],
            AreaCodes = AreaCodeTable.TryCreate(
                "2026-10", [new("801", "UT"), new("435", "UT"), new("213", "CA"), new("415", "CA")], out var areas, out _)
                ? EffectiveDated.Always(areas)
                : throw new InvalidOperationException(),
            Tiers = TierTable.TryCreate(
                "2026-10",
                [new TierRow("435555", OcnCategory.Rboc), new TierRow("213555", OcnCategory.Clec), new TierRow("415555", OcnCategory.Pcs)],
                out var tiers,
                out _)
                ? EffectiveDated.Always(tiers)
                : throw new InvalidOperationException(),
        };
        return new ReferenceBook(content, "made up");
    }

    private static Trunk Trunk(string id, string? account, string range) => SignallingRange.TryParse(range, out var parsed)
        ? new Trunk(id, account, [parsed], account is not null, account is null, Instant.MinValue, null)
        : throw new InvalidOperationException();

    private static HeldNumber Held(int account, string number, VoiceService service) => new(
        PartyNumber.Read(number).Number, AccountOf(account), null, service, null, Instant.MinValue, null);

    private static AccountRate Rate(int account, RateClass rateClass, Jurisdiction jurisdiction, decimal perMinute) => new(
        AccountOf(account),
        new DomesticRate(PricingProgram.FlatRate, rateClass, jurisdiction, null, Instant.MinValue, perMinute));

    // SplitMix64: the same month on every machine.
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E37_79B9_7F4A_7C15;
            value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
            value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
            return value ^ (value >> 31);
        }
    }
}
