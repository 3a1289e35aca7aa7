using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Sla.Evidence;

/// <summary>Takes from an outage decision's evidence what the decision depends on.</summary>
internal static class OutageEvidenceReader
{
    public static OutageSettlementInputs Read(EvidenceNode bundle)
    {
        var claim = bundle.Member("claim");
        var calendar = bundle.Member("calendar");
        return new OutageSettlementInputs
        {
            ClaimId = claim.Member("claimId").Text(),
            AccountId = claim.Member("accountId").Text(),
            AsOf = claim.Member("decidedAt").Time(),
            IsOneFailureAnItem = claim.Find("isOneFailureAnItem")?.Flag() == true,
            Messages =
            [
                .. claim.Member("messages").Items().Select(message => new OutageMessage(
                    message.Member("receivedAt").Time(), [.. message.Member("failures").Items().Select(ItemOf)])),
            ],
            Policies = bundle.Member("policies").Items().Select(policy =>
                (policy.Member("from").Month(), EvidenceReader.PolicyOf(policy)))
                .ToImmutableArray() is { Length: > 0 } read
                    ? read
                    : throw bundle.Member("policies").Fault("at least one policy"),
            Calendar = EvidenceReader.CalendarOf(calendar),
            TimeZoneDatabaseVersion = calendar.Member("tzdbVersion").Text(),
            ReferenceDigest = bundle.Member("referenceData").Member("digest").OptionalText(),
            Components = [.. bundle.Member("components").Items().Select(ComponentOf)],
        };
    }

    private static OutageItem ItemOf(EvidenceNode item) => new(
        item.Member("componentId").OptionalText(),
        item.Member("date") is { IsNull: false } date ? date.Date() : null,
        item.Member("begin") is { IsNull: false } begin ? begin.LocalTime() : null,
        item.Member("end") is { IsNull: false } end ? end.LocalTime() : null,
        item.Member("isOngoing").Flag());

    private static ComponentFacts ComponentOf(EvidenceNode node) => new()
    {
        ComponentId = node.Member("componentId").Text(),
        UnitId = node.Member("unitId").Text(),
        IsKnown = node.Member("isKnown").Flag(),
        IsBarred = node.Member("isBarred").Flag(),
        Mrc = node.Member("mrc") is { IsNull: false } mrc ? MrcOf(mrc) : null,
        MrcBilled = node.Member("mrcBilled").Items()
            .ToImmutableSortedDictionary(item => item.Member("month").Month(), item => item.Member("amount").Amount()),
        Failures =
        [
            .. node.Member("failures").Items().Select(failure => new MeasuredFailure(
                new ComponentFailure(
                    failure.Member("failureId").Text(),
                    node.Member("componentId").Text(),
                    failure.Member("start").Time(),
                    failure.Member("end").OptionalTime(),
                    failure.Member("cause").Name<FailureCause>())
                {
                    Unknown = [.. failure.Member("unknown").Items().Select(TimeOf)],
                },
                failure.Member("observationDigest").OptionalText())),
        ],
        Gaps = [.. node.Member("gaps").Items().Select(TimeOf)],
        Exclusions = [.. node.Member("exclusions").Items().Select(ExclusionOf)],
        AcceptedBefore =
        [
            .. node.Member("acceptedBefore").Items().Select(accepted => new AcceptedFailure(
                accepted.Member("failureId").Text(), TimeOf(accepted.Member("time")))),
        ],
        PersonDates = [.. node.Member("personDates").Items().Select(date => date.Date())],
        Posted = node.Member("posted").Items().ToImmutableSortedDictionary(
            month => month.Member("month").Month(), month => LedgerHistory.Read(month.Member("entries"))),
    };

    private static ComponentMrc MrcOf(EvidenceNode node) => node.Member("basis").Name<MrcBasis>() switch
    {
        MrcBasis.UsageOnly => ComponentMrc.UsageOnly,
        MrcBasis.UnsplitBundle => ComponentMrc.UnsplitBundle,
        _ => ComponentMrc.Of(node.Member("amounts").Items().Select(change =>
            new MrcChange(change.Member("from").Date(), change.Member("amount").Amount()))),
    };

    private static RecordedExclusion ExclusionOf(EvidenceNode node) => new(
        node.Member("exclusionId").Text(),
        new Exclusion
        {
            Cause = node.Member("cause") is { IsNull: false } cause ? cause.Name<ExclusionCause>() : null,
            Time = TimeOf(node.Member("time")),
            Evidence = [.. node.Member("evidence").Items().Select(reference => reference.Text())],
            Author = node.Member("author").OptionalText(),
            ApprovedBy = node.Member("approvedBy").OptionalText(),
            RecordedAt = node.Member("recordedAt").OptionalTime(),
            Notice = node.Member("notice") is { IsNull: false } notice
                ? new MaintenanceNotice(
                    notice.Member("accountId").Text(),
                    notice.Member("sentAt").Time(),
                    notice.Member("sendRecord").OptionalText(),
                    TimeOf(notice.Member("window")))
                : null,
            IsProvidersCarrier = node.Member("isProvidersCarrier").Flag(),
            LegalApprover = node.Member("legalApprover").OptionalText(),
            TextReference = node.Member("textReference").OptionalText(),
        });

    internal static Interval TimeOf(EvidenceNode node) => new(
        node.Member("start").Time(),
        node.Member("end").OptionalTime());
}
