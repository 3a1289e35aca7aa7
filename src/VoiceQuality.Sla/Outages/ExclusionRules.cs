using NodaTime;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Outages;

/// <summary>
/// Whether an exclusion applies, and to which time; the customer is shown both with the decision.
/// </summary>
/// <param name="Exclusion">The exclusion.</param>
/// <param name="Refusal">Why it does not apply; null when it does.</param>
/// <param name="Time">The half-open time it takes out; null when it takes none.</param>
public sealed record ExclusionDecision(Exclusion Exclusion, ExclusionRefusal? Refusal, Interval? Time)
{
    /// <summary>Whether it takes time out of a failure.</summary>
    public bool Applies => Refusal is null;
}

/// <summary>
/// The burden is the provider's: an exclusion that leaves anything open does not apply.
/// </summary>
public static class ExclusionRules
{
    /// <summary>Decides one exclusion for one customer.</summary>
    public static ExclusionDecision Decide(Exclusion exclusion, string accountId, ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(exclusion);
        ArgumentException.ThrowIfNullOrEmpty(accountId);
        ArgumentNullException.ThrowIfNull(policy);

        if (RefusalOf(exclusion, accountId, policy) is { } refusal)
        {
            return new ExclusionDecision(exclusion, refusal, null);
        }

        // Only what was announced is maintenance with notice; the rest of it is a failure.
        return new ExclusionDecision(exclusion, null, exclusion.Notice is { } notice
            && exclusion.Cause == ExclusionCause.NotifiedSoftwareMaintenance
                ? Common(exclusion.Time, notice.Window)
                : exclusion.Time);
    }

    private static ExclusionRefusal? RefusalOf(Exclusion exclusion, string accountId, ContractPolicy policy) =>
        exclusion.Cause is not { } cause ? ExclusionRefusal.CauseNotOnTheList
        : !exclusion.Evidence.Any(reference => !string.IsNullOrWhiteSpace(reference)) ? ExclusionRefusal.NoEvidence
        : string.IsNullOrWhiteSpace(exclusion.Author) ? ExclusionRefusal.NoAuthor
        : exclusion.RecordedAt is null ? ExclusionRefusal.NotRecorded
        : string.IsNullOrWhiteSpace(exclusion.ApprovedBy) ? ExclusionRefusal.NotApproved
        : IsSamePerson(exclusion.Author, exclusion.ApprovedBy) ? ExclusionRefusal.ApprovedByAuthor
        : cause switch
        {
            ExclusionCause.NotifiedSoftwareMaintenance => NoticeRefusal(exclusion, accountId, policy),
            ExclusionCause.ThirdPartyTelephony when exclusion.IsProvidersCarrier =>
                ExclusionRefusal.ProvidersOwnCarrier,
            ExclusionCause.ForceMajeure => ForceMajeureRefusal(exclusion),
            _ => null,
        };

    private static ExclusionRefusal? NoticeRefusal(Exclusion exclusion, string accountId, ContractPolicy policy)
    {
        if (exclusion.Notice is not { } notice)
        {
            return ExclusionRefusal.NoNotice;
        }

        if (!string.Equals(notice.AccountId, accountId, StringComparison.Ordinal))
        {
            return ExclusionRefusal.NoticeToAnotherCustomer;
        }

        if (string.IsNullOrWhiteSpace(notice.SendRecord))
        {
            return ExclusionRefusal.NoSendRecord;
        }

        // Work that began before the announced time began before its notice could cover it.
        var start = Instant.Min(exclusion.Time.Start, notice.Window.Start);
        var lead = Duration.FromMinutes(policy.MaintenanceNoticeMinutes);
        return notice.SentAt < start && notice.SentAt + lead <= start ? null : ExclusionRefusal.NoticeNotInAdvance;
    }

    private static ExclusionRefusal? ForceMajeureRefusal(Exclusion exclusion) =>
        string.IsNullOrWhiteSpace(exclusion.LegalApprover)
        || IsSamePerson(exclusion.LegalApprover, exclusion.Author!) ? ExclusionRefusal.NoLegalApprover
        : string.IsNullOrWhiteSpace(exclusion.TextReference) ? ExclusionRefusal.NoTextReference
        : null;

    private static bool IsSamePerson(string one, string other) =>
        string.Equals(one.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);

    private static Interval? Common(Interval one, Interval other)
    {
        var start = Instant.Max(one.Start, other.Start);
        var end = Instant.Min(one.End, other.End);
        return start < end ? new Interval(start, end) : null;
    }
}
