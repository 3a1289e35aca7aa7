using NodaTime;
using VoiceQuality.Service.Pages;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>The words for failures on pages.</summary>
internal static class FailureText
{
    /// <summary>A state for a reader.</summary>
    public static string Of(StateName state) => state switch
    {
        StateName.Up => "up",
        StateName.Failed => "failed",
        StateName.Excluded => "failed, excluded",
        StateName.NotObserved => "not observed",
        _ => "not known",
    };

    /// <summary>Colour family of a state.</summary>
    public static string ToneOf(StateName state) => state switch
    {
        StateName.Up => Tone.Good,
        StateName.Failed => Tone.Bad,
        StateName.Excluded => Tone.Notice,
        _ => Tone.None,
    };

    /// <summary>What an attempt shows, for a reader.</summary>
    public static string Of(AttemptClass shows) => shows switch
    {
        AttemptClass.Media => "answered, with media",
        AttemptClass.Responded => "the component answered",
        AttemptClass.ServerFailure => "server failure",
        AttemptClass.NoResponse => "no response",
        _ => "answered, without media",
    };

    /// <summary>Colour family of what an attempt shows.</summary>
    public static string ToneOf(AttemptClass shows) =>
        shows is AttemptClass.Media or AttemptClass.Responded ? Tone.Good : Tone.Bad;

    /// <summary>A cause for a reader.</summary>
    public static string Of(FailureCause cause) => cause switch
    {
        FailureCause.Provider => "the provider",
        FailureCause.UnderlyingCarrier => "a carrier of the provider",
        FailureCause.Customer => "the customer's equipment",
        FailureCause.CustomerInternet => "the customer's Internet connection",
        FailureCause.ThirdParty => "a third party's telephony",
        FailureCause.Maintenance => "maintenance",
        FailureCause.ForceMajeure => "force majeure",
        _ => "not known",
    };

    /// <summary>Why a version was recorded, for a reader.</summary>
    public static string Of(FailureChangeKind change) => change switch
    {
        FailureChangeKind.Found => "found",
        FailureChangeKind.Ended => "over",
        FailureChangeKind.Moved => "late data",
        FailureChangeKind.Withdrawn => "withdrawn",
        _ => "set by hand",
    };

    /// <summary>The cause of an exclusion for a reader.</summary>
    public static string CauseOf(ExclusionResponse exclusion) => exclusion.Cause switch
    {
        "customerEquipment" => "customer's equipment",
        "customerInternet" => "customer's Internet connection",
        "thirdPartyTelephony" => "third party's telephony",
        "notifiedSoftwareMaintenance" => "software maintenance with notice",
        _ => "force majeure",
    };

    /// <summary>Whether an exclusion applies, and why not.</summary>
    public static string StateOf(ExclusionResponse exclusion) => exclusion switch
    {
        { Applies: true } => "applies",
        { Refusal: "withdrawn" } => "taken back",
        { Refusal: "notApproved" } => "waits for a second person",
        { Refusal: "noLegalApprover" } => "waits for the legal department",
        { Refusal: "noNotice" or "noSendRecord" or "noticeToAnotherCustomer" } => "no notice to this customer",
        { Refusal: "noticeNotInAdvance" } => "notice not in advance",
        { Refusal: "providersOwnCarrier" } => "the provider's own carrier",
        { Refusal: "noTextReference" } => "no reference to the contract",
        _ => "does not apply",
    };

    /// <summary>"2026-10-01 06:00:00" of a time as the interface writes it.</summary>
    public static string Short(string time) => time[..19].Replace('T', ' ');

    /// <summary>How long something lasted.</summary>
    public static string Length(Instant start, Instant end) =>
        Figures.Duration((end - start).ToTimeSpan().Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>How long times are within another.</summary>
    public static string Length(IEnumerable<Interval> times, Interval within)
    {
        var total = times
            .Select(one => Instant.Min(one.HasEnd ? one.End : within.End, within.End)
                - Instant.Max(one.Start, within.Start))
            .Where(length => length > Duration.Zero)
            .Aggregate(Duration.Zero, (sum, length) => sum + length);
        return total == Duration.Zero
            ? "none"
            : Figures.Duration(total.ToTimeSpan().Ticks / TimeSpan.TicksPerMicrosecond);
    }
}
