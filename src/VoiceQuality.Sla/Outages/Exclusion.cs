using System.Collections.Immutable;
using NodaTime;

namespace VoiceQuality.Sla.Outages;

/// <summary>The five causes for which no credit is issued. There is no sixth.</summary>
public enum ExclusionCause
{
    /// <summary>(1) The customer's equipment, software, facility, databases or operator error.</summary>
    CustomerEquipment,

    /// <summary>(2) An interruption of the customer's connection to the Internet.</summary>
    CustomerInternet,

    /// <summary>(3) Telephony or voice service that a third party provides .</summary>
    ThirdPartyTelephony,

    /// <summary>(4) Maintenance and modification of component software, with notice in advance .</summary>
    NotifiedSoftwareMaintenance,

    /// <summary>(5) Force majeure by section 16.3 of the standard terms .</summary>
    ForceMajeure,
}

/// <summary>Why an exclusion does not apply.</summary>
public enum ExclusionRefusal
{
    /// <summary>The cause is not one of the five .</summary>
    CauseNotOnTheList,

    /// <summary>There is no evidence .</summary>
    NoEvidence,

    /// <summary>There is no author .</summary>
    NoAuthor,

    /// <summary>It is not known when it was recorded .</summary>
    NotRecorded,

    /// <summary>No second person approved it .</summary>
    NotApproved,

    /// <summary>The author approved it alone .</summary>
    ApprovedByAuthor,

    /// <summary>No notice of the maintenance .</summary>
    NoNotice,

    /// <summary>The notice went to another customer .</summary>
    NoticeToAnotherCustomer,

    /// <summary>Nothing records that the notice was sent .</summary>
    NoSendRecord,

    /// <summary>
    /// The notice was sent at the start, after it, or with less lead than the contract asks for.
    /// </summary>
    NoticeNotInAdvance,

    /// <summary>The carrier is one from which the provider buys, which is no third party .</summary>
    ProvidersOwnCarrier,

    /// <summary>Nobody of the legal department approved it .</summary>
    NoLegalApprover,

    /// <summary>It does not say which text of the contract it goes by .</summary>
    NoTextReference,
}

/// <summary>Notice of maintenance to one customer .</summary>
/// <param name="AccountId">The customer that was told.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="SendRecord">Reference to the record of the sending; null when there is none.</param>
/// <param name="Window">The time that was announced. What goes on after it is a failure.</param>
public sealed record MaintenanceNotice(string AccountId, Instant SentAt, string? SendRecord, Interval Window);

/// <summary>A claim of the provider that a time of failure has one of the five causes .</summary>
public sealed record Exclusion
{
    /// <summary>The cause; null when what was written is none of the five.</summary>
    public required ExclusionCause? Cause { get; init; }

    /// <summary>The half-open time it speaks of.</summary>
    public required Interval Time { get; init; }

    /// <summary>References to the evidence.</summary>
    public ImmutableArray<string> Evidence { get; init; } = [];

    /// <summary>Who wrote it.</summary>
    public string? Author { get; init; }

    /// <summary>The second person who approved it.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>When it was recorded.</summary>
    public Instant? RecordedAt { get; init; }

    /// <summary>Notice of the maintenance; only for that cause.</summary>
    public MaintenanceNotice? Notice { get; init; }

    /// <summary>Whether the telephony was bought by the provider; only for the third party's.</summary>
    public bool IsProvidersCarrier { get; init; }

    /// <summary>Who of the legal department approved it; only for force majeure.</summary>
    public string? LegalApprover { get; init; }

    /// <summary>Which text of the contract it goes by; only for force majeure.</summary>
    public string? TextReference { get; init; }
}
