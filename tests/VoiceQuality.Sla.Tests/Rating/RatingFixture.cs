using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Tests.Rating;

internal static class RatingFixture
{
    public const string UtahOwn = "+18015550100";
    public const string NewYorkOwn = "+12125550100";
    public const string TollFreeOwn = "+18885550123";
    public const string UtahFar = "+14355550199";
    public const string CaliforniaFar = "+12135550199";

    public static readonly Instant May = Instant.FromUtc(2025, 5, 1, 0, 0);

    public static AreaCodeTable AreaCodes { get; } = Table(
        ("801", "UT"), ("435", "UT"), ("212", "NY"), ("415", "CA"), ("213", "CA"), ("907", "AK"), ("808", "HI"),
        ("787", "PR"), ("671", "GU"), ("340", "VI"), ("684", "AS"), ("670", "MP"), ("416", "CANADA"),
        ("876", "JAMAICA"), ("202", "DC"));

    public static IReadOnlySet<PhoneNumber> Own { get; } = new HashSet<PhoneNumber>
    {
        PartyNumber.Read(UtahOwn).Number, PartyNumber.Read(NewYorkOwn).Number, PartyNumber.Read("+19075550100").Number,
    };

    public static AreaCodeTable Table(params (string Code, string Place)[] rows) =>
        AreaCodeTable.TryCreate(
            "2025-05", rows.Select(row => KeyValuePair.Create(row.Code, row.Place)), out var table, out _)
            ? table
            : throw new InvalidOperationException();

    public static TierTable Tiers(string version, params (string Digits, OcnCategory Category)[] rows) =>
        TierTable.TryCreate(version, rows.Select(row => new TierRow(row.Digits, row.Category)), out var table, out _)
            ? table
            : throw new InvalidOperationException();
}
