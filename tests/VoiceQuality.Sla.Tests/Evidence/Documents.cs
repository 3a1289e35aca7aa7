using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Tests.Evidence;

/// <summary>Decisions of every kind on October 2026 in Denver, laid down on 10 November.</summary>
internal static class Documents
{
    private static readonly ServiceMonth October = new(2026, 10);
    private static readonly Instant Start = Instant.FromUtc(2026, 10, 14, 15, 0);
    private static readonly Instant End = Instant.FromUtc(2026, 10, 14, 16, 30);

    /// <summary>Of 8420.15, 1000.00 is of a number that was not verified before its campaign .</summary>
    public static EvidenceInputs Barred => Bundles.Granted with
    {
        ReferenceDigest = new string('c', 64),
        TollFree =
        [
            new TollFreeNumber(Number("+18885550123"), "TF-1", [], [Instant.FromUtc(2026, 2, 1, 7, 0)], []),
            new TollFreeNumber(
                Number("+18885550124"), "TF-1",
                [new TollFreeVerification(Instant.FromUtc(2026, 1, 1, 7, 0), "t", "c", VerificationResult.Pass)],
                [Instant.FromUtc(2026, 2, 1, 7, 0)],
                [new TollFreeProblem(Instant.FromUtc(2026, 3, 1, 0, 0), Instant.FromUtc(2026, 3, 2, 0, 0))]),
        ],
        Usage = new EvidenceUsage(
            new string('a', 64),
            [
                new EvidenceLine(ChargeKind.UsageDomestic, 6420.15m),
                new EvidenceLine(ChargeKind.UsageTollFree, 1000.00m, Number("+18885550123")),
                new EvidenceLine(ChargeKind.UsageTollFree, 1000.00m, Number("+18885550124")),
            ]),
    };

    /// <summary>One day of a trunk at 300.00; another failure was accepted and posted before.</summary>
    public static OutageSettlementInputs Outage => new()
    {
        ClaimId = "CLM-2",
        AccountId = "A-1",
        Calendar = new AccountCalendar(DateTimeZoneProviders.Tzdb["America/Denver"]),
        Messages =
        [
            new OutageMessage(Bundles.Received - Duration.FromDays(1), [new OutageItem("T-1", new(2026, 10, 14), null, null, false)]),
            new OutageMessage(
                Bundles.Received,
                [new OutageItem(null, null, new LocalDateTime(2026, 10, 14, 9, 0), new LocalDateTime(2026, 10, 14, 10, 30), false)]),
        ],
        AsOf = Bundles.Received,
        Policies = [(new ServiceMonth(2026, 9), ContractPolicy.Default)],
        ReferenceDigest = new string('c', 64),
        Components =
        [
            new ComponentFacts
            {
                ComponentId = "T-1",
                UnitId = "U-cut",
                Mrc = ComponentMrc.Of([new MrcChange(new LocalDate(2026, 1, 1), 300m)]),
                MrcBilled = ImmutableSortedDictionary<ServiceMonth, decimal>.Empty.Add(October, 300m),
                Failures =
                [
                    new MeasuredFailure(
                        new ComponentFailure("F-1", "T-1", Start, End)
                        {
                            Unknown = [new Interval(Start + Duration.FromMinutes(20), Start + Duration.FromMinutes(30))],
                        },
                        new string('d', 64)),
                    new MeasuredFailure(
                        new ComponentFailure("F-0", "T-1", Start - Duration.FromDays(5), End - Duration.FromDays(5)), null),
                ],
                Gaps = [new Interval(Start - Duration.FromDays(2), End - Duration.FromDays(2))],
                Exclusions =
                [
                    new RecordedExclusion("X-1", new Exclusion
                    {
                        Cause = ExclusionCause.NotifiedSoftwareMaintenance,
                        Time = new Interval(Start, Start + Duration.FromMinutes(10)),
                        Evidence = ["ticket-1"],
                        Author = "author",
                        ApprovedBy = "other",
                        RecordedAt = Start,
                        Notice = new MaintenanceNotice(
                            "A-1", Start - Duration.FromDays(1), "mail-1", new Interval(Start, Start + Duration.FromMinutes(5))),
                    }),
                ],
                AcceptedBefore = [new AcceptedFailure("F-0", new Interval(Start - Duration.FromDays(5), End - Duration.FromDays(5)))],
                Posted = ImmutableSortedDictionary<ServiceMonth, ImmutableArray<LedgerAmount>>.Empty
                    .Add(October, [new LedgerAmount("L-1", 10.00m, LedgerEntryState.Posted)]),
            },
        ],
    };

    /// <summary>Nothing was measured at the claimed time.</summary>
    public static OutageSettlementInputs Unmatched => Outage with
    {
        Components = [Outage.Components[0] with { Failures = [], AcceptedBefore = [], Posted = Empty }],
    };

    private static ImmutableSortedDictionary<ServiceMonth, ImmutableArray<LedgerAmount>> Empty =>
        ImmutableSortedDictionary<ServiceMonth, ImmutableArray<LedgerAmount>>.Empty;

    /// <summary>The document of a kind, and its octets with the entries at places 7 and on.</summary>
    public static (EvidenceDocument Document, byte[] Octets) Of(string kind)
    {
        var document = kind switch
        {
            "outage" => OutageEvidence.Of(Outage).Document,
            "outage in review" => OutageEvidence.Of(Unmatched).Document,
            "outage restatement" => OutageRestatementEvidence.Of(Outage with
            {
                ClaimId = "RSO-1",
                Messages = [],
                Components = [Outage.Components[0] with { Posted = Empty }],
            }).Document,
            "restatement" => RestatementEvidence.Of(Restated).Document,
            "resolution of a month" => ResolutionEvidence.Of(Resolved with
            {
                Mos = Bundles.Undetermined with { Usage = Bundles.Granted.Usage }, Percent = 30,
            }).Document,
            _ => ResolutionEvidence.Of(Resolved with
            {
                Outage = Unmatched, Dates = [new GrantedDate("T-1", new LocalDate(2026, 10, 14))],
            }).Document,
        };
        return (document, document.ToOctets(Chain(document)));
    }

    public static RestatementInputs Restated => new()
    {
        RestatementId = "RST-1",
        RestatedAt = Bundles.Received + Duration.FromDays(3),
        Before = PublishedFigures.Of(EvidenceMonth.Of(Bundles.Granted).Month, 3),
        After = PublishedFigures.Of(EvidenceMonth.Of(Late).Month, 4),
        Claim = Late,
        HasDecision = true,
        History = [new LedgerAmount("MOS-CLM-1", 2526.05m, LedgerEntryState.Posted)],
    };

    // One more call of 2.0: (69990 + 20000) / 3 = 2.99966…, 100 %.
    private static EvidenceInputs Late => Bundles.Granted with
    {
        Days = Bundles.Granted.Days.Add(new EvidenceDay(
            new LocalDate(2026, 10, 20), Answered: 1, Scored: 1, SumE4: 20000, CallsOnFile: 1, new string('e', 64))),
    };

    private static ResolutionInputs Resolved => new()
    {
        ResolutionId = "RES-1",
        ResolvedAt = Bundles.Received,
        Actor = "pat",
        Decision = ResolutionDecision.Grant,
        Reason = "heard by the NOC",
        Evidence = ["ticket-1"],
    };

    private static List<ChainedEntry> Chain(EvidenceDocument document)
    {
        var head = new ChainHead(6, new string('b', 64));
        var entries = new List<ChainedEntry>();
        foreach (var expected in document.Entries)
        {
            var entry = LedgerChain.Append(head, new LedgerEntry
            {
                Id = $"E-{entries.Count + 1}",
                Claim = expected.Claim,
                PostingPeriod = new ServiceMonth(2026, 11),
                Amount = expected.Entry.Amount,
                PolicyVersion = expected.PolicyVersion,
                EvidenceDigest = document.Digest,
                Corrects = expected.Entry.Corrects,
                State = expected.Entry.State,
                Actor = "claims",
                PostedAt = Bundles.Received,
            });
            entries.Add(entry);
            head = new ChainHead(entry.Sequence, entry.Hash);
        }

        return entries;
    }

    private static PhoneNumber Number(string text) =>
        PhoneNumber.TryNormalize(text, out var number) ? number : throw new FormatException(text);
}
