using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Tests.Evidence;

/// <summary>Bundles of October 2026 in Denver, claimed on 10 November.</summary>
internal static class Bundles
{
    public static readonly Instant Received = Instant.FromUtc(2026, 11, 10, 12, 0);

    /// <summary>69990 over 2 calls is 3.4995, row 3.250 to 3.499; 8420.15 × 30 % = 2526.045.</summary>
    public static readonly EvidenceInputs Granted = new()
    {
        ClaimId = "CLM-1",
        AccountId = "A-1",
        UnitId = "U-cut",
        Month = new ServiceMonth(2026, 10),
        ReceivedAt = Received,
        Policy = ContractPolicy.Default,
        Calendar = new AccountCalendar(DateTimeZoneProviders.Tzdb["America/Denver"]),
        AssessmentVersion = 3,
        Days =
        [
            new EvidenceDay(new LocalDate(2026, 10, 14), Answered: 2, Scored: 1, SumE4: 34995),
            new EvidenceDay(new LocalDate(2026, 10, 15), Answered: 1, Scored: 1, SumE4: 34995),
        ],
        Usage = new EvidenceUsage(
            new string('a', 64),
            [
                new EvidenceLine(ChargeKind.UsageDomestic, 8420.15m),
                new EvidenceLine(ChargeKind.Mrc, 300m),
            ]),
    };

    /// <summary>Calls were answered and none was scored: a person decides.</summary>
    public static readonly EvidenceInputs Undetermined = Granted with
    {
        Days = [new EvidenceDay(new LocalDate(2026, 10, 14), Answered: 2, Scored: 0, SumE4: 0)],
        Usage = null,
    };

    public static byte[] Octets(EvidenceInputs inputs)
    {
        var evidence = EvidenceBundle.Of(inputs);
        return evidence.ToOctets(evidence.Decision.Decision == CreditDecision.Granted ? Chain(evidence) : null);
    }

    /// <summary>The entry as the seventh of a ledger.</summary>
    public static ChainedEntry Chain(EvidenceBundle evidence) => LedgerChain.Append(
        new ChainHead(6, new string('b', 64)),
        new LedgerEntry
        {
            Id = "MOS-CLM-1",
            Claim = new ClaimKey(
                evidence.Inputs.AccountId, evidence.Inputs.UnitId, evidence.Inputs.Month, LedgerEntryKind.MosCredit),
            PostingPeriod = new ServiceMonth(2026, 11),
            Amount = evidence.Decision.Credit,
            PolicyVersion = evidence.Inputs.Policy.Version,
            EvidenceDigest = evidence.Digest,
            State = LedgerEntryState.Posted,
            Actor = "claims",
            PostedAt = Received,
        });
}
