using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Service.Rating;

/// <summary>Names of kinds and reasons on pages.</summary>
internal static class UsageText
{
    /// <summary>A kind of charge.</summary>
    public static string Kind(ChargeKind kind) => kind switch
    {
        ChargeKind.UsageDomestic => "Domestic",
        ChargeKind.UsageInternational => "International",
        ChargeKind.UsageExtended => "Extended territories",
        ChargeKind.UsageTollFree => "Toll free",
        ChargeKind.UsageOutboundTollFree => "To toll-free numbers",
        ChargeKind.UsageIndeterminate => "Indeterminate",
        ChargeKind.TierCSurcharge => "Tier C surcharge",
        _ => kind.ToString(),
    };

    /// <summary>Why calls have no charge.</summary>
    public static string Reason(UnratedReason reason) => reason switch
    {
        UnratedReason.AreaCodeTableMissing => "No area-code table was in force",
        UnratedReason.CalledNumberInvalid => "The called number is not valid",
        UnratedReason.NoRuleForService => "The contract does not say how the service is billed",
        UnratedReason.ProgramMissing => "No pricing program was in force",
        UnratedReason.RateMissing => "The contract's rates hold none",
        UnratedReason.DeckRowMissing => "The deck has no row for the destination",
        UnratedReason.TierTableMissing => "No tier table was in force",
        UnratedReason.DurationUnknown => "The end of the call was not seen",
        UnratedReason.ConflictingCalls => "Two observations say different things",
        UnratedReason.DirectionUnknown => "Neither end is a customer's trunk of the account",
        UnratedReason.DirectionAmbiguous => "Both ends are customer's trunks of the account",
        UnratedReason.CalledNumberNotHeld => "The account does not hold the called number",
        UnratedReason.NumbersForgotten => "The numbers were deleted before the call was rated",
        UnratedReason.ChargeOutOfRange => "The charge is larger than can be",
        _ => reason.ToString(),
    };
}
