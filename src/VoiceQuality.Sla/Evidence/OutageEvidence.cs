using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Sla.Evidence;

/// <summary>
/// A decision on a request for outage credits as a document: the request, the failures with the digests of their
/// attempts, the exclusions with their decisions, the MRC, the days, and the arithmetic of each component and month.
/// </summary>
public sealed class OutageEvidence
{
    /// <summary>What the member "format" says.</summary>
    public const string Format = "voicequality-outage-credit-evidence";

    private OutageEvidence(OutageSettlementInputs inputs)
    {
        Inputs = inputs;
        Settlement = OutageSettlement.Of(inputs);
        var sections = new JsonObject();
        OutageEvidenceWriter.AddInputs(sections, inputs);
        sections["failures"] = OutageEvidenceWriter.Items(Settlement);
        sections["assessment"] = OutageEvidenceWriter.ArrayOf(Settlement.Components, OutageEvidenceWriter.Assessment);
        sections["arithmetic"] = OutageEvidenceWriter.ArrayOf(
            Settlement.Lines, line => OutageEvidenceWriter.Line(line, inputs));
        sections["decision"] = new JsonObject
        {
            ["submittedAt"] = Settlement.SubmittedAt is { } at ? EvidenceJson.Time(at) : null,
            ["decision"] = WireName.Of(Settlement.Decision),
            ["reason"] = WireName.Of(Settlement.Reason),
            ["credit"] = Money.Format(Settlement.Credit),
        };
        Document = new EvidenceDocument(
            Format, sections, EntriesOf(Settlement.Lines),
            $"outage claim {inputs.ClaimId}: {WireName.Of(Settlement.Decision) ?? "INCOMPLETE"}"
            + (Settlement.Reason is { } reason ? $" ({WireName.Of(reason)})" : "")
            + $", {Money.Format(Settlement.Credit)} US dollars");
    }

    /// <summary>What it was decided on.</summary>
    public OutageSettlementInputs Inputs { get; }

    /// <summary>What was decided.</summary>
    public OutageSettlement Settlement { get; }

    /// <summary>The document.</summary>
    public EvidenceDocument Document { get; }

    /// <summary>Decides a request and lays down on what.</summary>
    public static OutageEvidence Of(OutageSettlementInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new OutageEvidence(inputs);
    }

    internal static ImmutableArray<ExpectedEntry> EntriesOf(IEnumerable<OutageSettlementLine> lines) =>
    [
        .. lines.Where(line => line.Restatement?.NewEntry is not null)
            .Select(line => new ExpectedEntry(line.Claim, line.Restatement!.NewEntry!, line.PolicyVersion)
            {
                Facts = line.Facts,
            }),
    ];
}
