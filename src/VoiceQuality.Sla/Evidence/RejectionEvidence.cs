using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Privacy;

namespace VoiceQuality.Sla.Evidence;

/// <summary>What the rejection of a decrease depends on .</summary>
public sealed record RejectionInputs
{
    /// <summary>Name of the rejection, and of the entry that takes the decrease back.</summary>
    public required string RejectionId { get; init; }

    /// <summary>When, to the microsecond.</summary>
    public required Instant RejectedAt { get; init; }

    /// <summary>Who rejects: an opaque id.</summary>
    public required string Actor { get; init; }

    /// <summary>Why, in the person's words.</summary>
    public required string Reason { get; init; }

    /// <summary>References to the evidence; none are needed.</summary>
    public ImmutableArray<string> Evidence { get; init; } = [];

    /// <summary>The entry that waits.</summary>
    public required LedgerEntry Waiting { get; init; }

    /// <summary>Digest of the facts that the decrease followed from; null where a person named them.</summary>
    public string? Facts { get; init; }

    /// <summary>Entries of the claim before, oldest first; the last one is the one that waits.</summary>
    public required ImmutableArray<LedgerAmount> History { get; init; }
}

/// <summary>
/// The rejection of a decrease by a second person as a document: which entry, why, and the entry of 0.00 that takes it
/// back, so that the customer keeps the amount.
/// </summary>
public sealed class RejectionEvidence
{
    /// <summary>What the member "format" says.</summary>
    public const string Format = "voicequality-rejection-evidence";

    private RejectionEvidence(RejectionInputs inputs)
    {
        Inputs = inputs;
        var waiting = inputs.Waiting;
        var net = Restatement.NetOf(inputs.History);
        var restatement = Restatement.Of(inputs.History, net);
        var sections = new JsonObject
        {
            ["rejection"] = new JsonObject
            {
                ["rejectionId"] = inputs.RejectionId,
                ["rejectedAt"] = EvidenceJson.Time(inputs.RejectedAt),
                ["actor"] = inputs.Actor,
                ["reason"] = inputs.Reason,
                ["evidence"] = OutageEvidenceWriter.ArrayOf(
                    inputs.Evidence, reference => JsonValue.Create(reference)),
                ["facts"] = inputs.Facts,
            },
            ["rejected"] = new JsonObject
            {
                ["entryId"] = waiting.Id,
                ["accountId"] = waiting.Claim.AccountId,
                ["unitId"] = waiting.Claim.UnitId,
                ["componentId"] = waiting.Claim.ComponentId,
                ["serviceMonth"] = waiting.Claim.ServiceMonth.ToString(),
                ["postingPeriod"] = waiting.PostingPeriod.ToString(),
                ["kind"] = WireName.Of(waiting.Claim.Kind),
                ["amount"] = Money.Format(waiting.Amount),
                ["policyVersion"] = waiting.PolicyVersion,
                ["evidenceDigest"] = waiting.EvidenceDigest,
                ["author"] = waiting.Actor,
                ["postedAt"] = EvidenceJson.Time(waiting.PostedAt),
            },
            ["posted"] = LedgerHistory.Write(inputs.History),
            ["decision"] = new JsonObject
            {
                ["customerKeeps"] = Money.Format(net),
                ["entry"] = LedgerHistory.Entry(restatement),
            },
        };
        Document = new EvidenceDocument(
            Format, sections, [new ExpectedEntry(waiting.Claim, restatement.NewEntry!, waiting.PolicyVersion)],
            $"decrease {waiting.Id} of {Money.Format(waiting.Amount)} US dollars rejected by a second person; the "
            + $"customer keeps {Money.Format(net)}");
    }

    /// <summary>What it depends on.</summary>
    public RejectionInputs Inputs { get; }

    /// <summary>The document.</summary>
    public EvidenceDocument Document { get; }

    /// <summary>Rejects a decrease.</summary>
    /// <exception cref="ArgumentException">The last entry is not the one that waits, or the person is its author.
    /// </exception>
    public static RejectionEvidence Of(RejectionInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs.History is [.., { State: LedgerEntryState.PendingSecondApproval } last]
            && last.Id == inputs.Waiting.Id && last.Amount == inputs.Waiting.Amount
            && SecondPerson.IsAnother(inputs.Waiting.Actor, inputs.Actor)
                ? new RejectionEvidence(inputs)
                : throw new ArgumentException("Another person rejects the decrease that waits.", nameof(inputs));
    }

    internal static RejectionInputs Read(EvidenceNode bundle)
    {
        var (rejection, rejected) = (bundle.Member("rejection"), bundle.Member("rejected"));
        return new RejectionInputs
        {
            RejectionId = rejection.Member("rejectionId").Text(),
            RejectedAt = rejection.Member("rejectedAt").Time(),
            Actor = rejection.Member("actor").Text(),
            Reason = rejection.Member("reason").Text(),
            Evidence = [.. rejection.Member("evidence").Items().Select(reference => reference.Text())],
            Facts = rejection.Member("facts").OptionalText(),
            Waiting = new LedgerEntry
            {
                Id = rejected.Member("entryId").Text(),
                Claim = new ClaimKey(
                    rejected.Member("accountId").Text(), rejected.Member("unitId").Text(),
                    rejected.Member("serviceMonth").Month(), rejected.Member("kind").Name<LedgerEntryKind>(),
                    rejected.Member("componentId").OptionalText()),
                PostingPeriod = rejected.Member("postingPeriod").Month(),
                Amount = rejected.Member("amount").Amount(),
                PolicyVersion = rejected.Member("policyVersion").Text(),
                EvidenceDigest = rejected.Member("evidenceDigest").Text(),
                Corrects = null,
                State = LedgerEntryState.PendingSecondApproval,
                Actor = rejected.Member("author").Text(),
                PostedAt = rejected.Member("postedAt").Time(),
            },
            History = LedgerHistory.Read(bundle.Member("posted")),
        };
    }
}
