using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Evidence;

/// <summary>Takes from a bundle what a decision depends on; what follows from that is not looked at.</summary>
internal static class EvidenceReader
{
    public static EvidenceInputs Read(EvidenceNode bundle) => Read(bundle, bundle.Member("formatVersion").Integer());

    /// <summary>Reads the sections that are laid down as in this version of a MOS claim's bundle.</summary>
    public static EvidenceInputs Read(EvidenceNode bundle, int version)
    {
        var claim = bundle.Member("claim");
        var calendar = bundle.Member("calendar");
        var tollFree = version >= 2 ? bundle.Member("tollFree") : (EvidenceNode?)null;
        return new EvidenceInputs
        {
            FormatVersion = version,
            ClaimId = claim.Member("claimId").Text(),
            AccountId = claim.Member("accountId").Text(),
            UnitId = claim.Member("unitId").Text(),
            Month = claim.Member("month").Month(),
            ReceivedAt = claim.Member("receivedAt").Time(),
            EarlierDecisionId = claim.Member("earlierDecision").OptionalText(),
            Policy = PolicyOf(bundle.Member("policy")),
            Calendar = CalendarOf(calendar),
            TimeZoneDatabaseVersion = calendar.Member("tzdbVersion").Text(),
            AssessmentVersion = calendar.Member("assessmentVersion").OptionalInteger(),
            Days = [.. bundle.Member("calls").Member("days").Items().Select(day => DayOf(day, version))],
            Usage = UsageOf(bundle.Member("usage"), version),
            TollFree = tollFree is { } known ? EvidenceNumbers.ReadTollFree(known.Member("numbers")) : [],
            ReferenceDigest = tollFree?.Member("referenceDigest").OptionalText(),
        };
    }

    /// <summary>The entry that the ledger must have for this evidence, in the place that the bundle names.</summary>
    public static ChainedEntry? ReadEntry(EvidenceNode ledger, EvidenceBundle evidence)
    {
        if (evidence.Decision.Decision != CreditDecision.Granted)
        {
            return null;
        }

        var inputs = evidence.Inputs;
        return ReadEntry(
            ledger,
            new ExpectedEntry(
                new ClaimKey(inputs.AccountId, inputs.UnitId, inputs.Month, LedgerEntryKind.MosCredit),
                new RestatementEntry(evidence.Decision.Credit, null, LedgerEntryState.Posted),
                inputs.Policy.Version),
            evidence.Digest);
    }

    /// <summary>An entry as it must be, in the place that the bundle names.</summary>
    public static ChainedEntry ReadEntry(EvidenceNode ledger, ExpectedEntry expected, string evidenceDigest)
    {
        var entry = new LedgerEntry
        {
            Id = ledger.Member("entryId").Text(),
            Claim = expected.Claim,
            PostingPeriod = ledger.Member("postingPeriod").Month(),
            Amount = expected.Entry.Amount,
            PolicyVersion = expected.PolicyVersion,
            EvidenceDigest = evidenceDigest,
            Corrects = expected.Entry.Corrects,
            State = expected.Entry.State,
            Actor = ledger.Member("actor").Text(),
            PostedAt = ledger.Member("postedAt").Time(),
        };
        var sequence = ledger.Member("sequence").Number();
        var previous = ledger.Member("previousHash").Text();
        if (sequence < 1 || (sequence == 1 && previous != ChainHead.Empty.Hash))
        {
            throw ledger.Member("previousHash").Fault("the hash of an entry before it, or zeros for the first,");
        }

        if (entry.FindFault() is { } fault)
        {
            throw ledger.Fault($"an entry that a ledger takes ({fault})");
        }

        return new ChainedEntry(sequence, entry, previous, LedgerChain.HashOf(sequence, previous, entry));
    }

    // First the digest of the text as it is, for a text that was changed is no policy at all.
    public static ContractPolicy PolicyOf(EvidenceNode node)
    {
        var text = node.Member("text").Text();
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        if (node.Member("digest").Text() != digest)
        {
            throw node.Member("digest").Fault($"the digest of the policy's text, {digest},");
        }

        return PolicyText.Read(text)
            ?? throw node.Member("text").Fault("a policy whose readings this program has");
    }

    public static AccountCalendar CalendarOf(EvidenceNode node) => new(
        node.Member("timeZone").Zone(),
        node.Member("billingDay").Integer(),
        [
            .. node.Member("changes").Items().Select(change => new CalendarChange(
                change.Member("from").Month(),
                change.Member("timeZone").Zone(),
                change.Member("billingDay").Integer())),
        ]);

    private static EvidenceDay DayOf(EvidenceNode node, int version) => new(
        node.Member("date").Date(),
        node.Member("answered").Number(),
        node.Member("scored").Number(),
        node.Member("sumE4").Number(),
        version >= 2 && node.Member("callsOnFile") is { IsNull: false } onFile ? onFile.Number() : null,
        version >= 2 ? node.Member("counterDigest").OptionalText() : null);

    private static EvidenceUsage? UsageOf(EvidenceNode node, int version) =>
        node.Member("sourceDigest").OptionalText() is { } digest
            ? new EvidenceUsage(digest, [.. node.Member("lines").Items().Select(line => new EvidenceLine(
                line.Member("kind").Name<ChargeKind>(),
                line.Member("amount").Amount(),
                version >= 2 ? EvidenceNumbers.Read(line.Member("number")) : null))])
            : null;
}
