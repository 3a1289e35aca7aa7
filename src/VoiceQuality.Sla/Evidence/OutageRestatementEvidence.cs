using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Sla.Evidence;

/// <summary>
/// Outage credits of one component brought up to date: failures that went on or were measured late, exclusions that
/// came or fell, an MRC that was billed otherwise.
/// </summary>
public sealed class OutageRestatementEvidence
{
    /// <summary>What the member "format" says.</summary>
    public const string Format = "voicequality-outage-restatement-evidence";

    private OutageRestatementEvidence(OutageSettlementInputs inputs)
    {
        Inputs = inputs;
        var lines = ImmutableArray.CreateBuilder<OutageSettlementLine>();
        var assessments = new JsonArray();
        foreach (var facts in inputs.Components)
        {
            var assessment = OutageLines.Assess(facts, [], inputs);
            assessments.Add(
                OutageEvidenceWriter.Assessment(new OutageComponentAssessment(facts.ComponentId, assessment)));
            lines.AddRange(OutageLines.Of(facts, assessment, facts.PersonDates, null, inputs));
        }

        Lines = lines.ToImmutable();
        var sections = new JsonObject();
        OutageEvidenceWriter.AddInputs(sections, inputs);
        sections["assessment"] = assessments;
        sections["arithmetic"] = OutageEvidenceWriter.ArrayOf(Lines, line => OutageEvidenceWriter.Line(line, inputs));
        var entries = OutageEvidence.EntriesOf(Lines);
        Document = new EvidenceDocument(
            Format, sections, entries,
            $"outage restatement {inputs.ClaimId}: {Money.Format(entries.Sum(entry => entry.Entry.Amount))} US dollars");
    }

    /// <summary>What it depends on; the claim's name is that of the restatement.</summary>
    public OutageSettlementInputs Inputs { get; }

    /// <summary>Each month of each component.</summary>
    public ImmutableArray<OutageSettlementLine> Lines { get; }

    /// <summary>The document.</summary>
    public EvidenceDocument Document { get; }

    /// <summary>Restates.</summary>
    public static OutageRestatementEvidence Of(OutageSettlementInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new OutageRestatementEvidence(inputs);
    }
}
