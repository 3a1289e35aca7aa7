using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Sla.Evidence;

/// <summary>
/// What a person decided on a claim as a document: the facts that the person found, the inputs, the amounts that
/// follow, and the entries.
/// </summary>
public sealed class ResolutionEvidence
{
    /// <summary>What the member "format" says.</summary>
    public const string Format = "voicequality-resolution-evidence";

    private ResolutionEvidence(ResolutionInputs inputs)
    {
        Inputs = inputs;
        Outcome = ResolutionOutcome.Of(inputs);
        var sections = new JsonObject { ["resolution"] = Resolution(inputs) };
        if (inputs.Mos is { } mos)
        {
            sections["claim"] = EvidenceSections.Claim(mos);
            EvidenceSections.AddMonth(sections, mos, EvidenceMonth.Of(mos));
            sections["posted"] = LedgerHistory.Write(inputs.History);
        }
        else
        {
            OutageEvidenceWriter.AddInputs(sections, inputs.Outage!);
        }

        sections["goodwillPosted"] = LedgerHistory.Write(inputs.GoodwillHistory);
        sections["arithmetic"] = Outcome.Arithmetic;
        sections["decision"] = new JsonObject
        {
            ["refusal"] = WireName.Of(Outcome.Refusal),
            ["base"] = EvidenceJson.Amount(Outcome.Base),
            ["credit"] = Money.Format(Outcome.Credit),
            ["goodwill"] = Money.Format(Outcome.Goodwill),
        };
        var claimId = inputs.Mos?.ClaimId ?? inputs.Outage!.ClaimId;
        Document = new EvidenceDocument(
            Format, sections, Outcome.Entries,
            (inputs.RestatementId is { } restatement ? $"restatement {restatement} of " : "")
            + $"claim {claimId} resolved by a person: {WireName.Of(inputs.Decision)}, {Money.Format(Outcome.Credit)} "
            + $"US dollars and {Money.Format(Outcome.Goodwill)} of goodwill");
    }

    /// <summary>What it depends on.</summary>
    public ResolutionInputs Inputs { get; }

    /// <summary>What follows.</summary>
    public ResolutionOutcome Outcome { get; }

    /// <summary>The document.</summary>
    public EvidenceDocument Document { get; }

    /// <summary>Resolves a claim.</summary>
    /// <exception cref="ArgumentException">There is not exactly one of a MOS claim and an outage claim.</exception>
    public static ResolutionEvidence Of(ResolutionInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return (inputs.Mos is null) != (inputs.Outage is null)
            ? new ResolutionEvidence(inputs)
            : throw new ArgumentException("A resolution is of one claim.", nameof(inputs));
    }

    internal static ResolutionInputs Read(EvidenceNode bundle)
    {
        var resolution = bundle.Member("resolution");
        var isMos = resolution.Member("kind").Text() == "MOS";
        return new ResolutionInputs
        {
            ResolutionId = resolution.Member("resolutionId").Text(),
            RestatementId = resolution.Find("restatementId")?.Text(),
            ResolvedAt = resolution.Member("resolvedAt").Time(),
            Actor = resolution.Member("actor").Text(),
            Decision = resolution.Member("decision").Name<ResolutionDecision>(),
            Reason = resolution.Member("reason").Text(),
            Evidence = [.. resolution.Member("evidence").Items().Select(reference => reference.Text())],
            Percent = resolution.Member("percent").OptionalInteger(),
            Dates =
            [
                .. resolution.Member("dates").Items().Select(date => new GrantedDate(
                    date.Member("componentId").Text(), date.Member("date").Date())),
            ],
            Goodwill = resolution.Member("goodwill").Amount(),
            Mos = isMos ? EvidenceReader.Read(bundle, EvidenceBundle.FormatVersion) : null,
            Outage = isMos ? null : OutageEvidenceReader.Read(bundle),
            History = isMos ? LedgerHistory.Read(bundle.Member("posted")) : [],
            GoodwillHistory = LedgerHistory.Read(bundle.Member("goodwillPosted")),
        };
    }

    private static JsonObject Resolution(ResolutionInputs inputs)
    {
        var resolution = new JsonObject
        {
            ["kind"] = inputs.Mos is null ? "OUTAGE" : "MOS",
            ["resolutionId"] = inputs.ResolutionId,
            ["resolvedAt"] = EvidenceJson.Time(inputs.ResolvedAt),
            ["actor"] = inputs.Actor,
            ["decision"] = WireName.Of(inputs.Decision),
            ["reason"] = inputs.Reason,
            ["evidence"] = OutageEvidenceWriter.ArrayOf(inputs.Evidence, reference => JsonValue.Create(reference)),
            ["percent"] = inputs.Percent,
            ["dates"] = OutageEvidenceWriter.ArrayOf(inputs.Dates, date => new JsonObject
            {
                ["componentId"] = date.ComponentId,
                ["date"] = EvidenceJson.DatePattern.Format(date.Date),
            }),
            ["goodwill"] = Money.Format(inputs.Goodwill),
        };
        if (inputs.RestatementId is { } restatementId)
        {
            resolution["restatementId"] = restatementId;
        }

        return resolution;
    }
}
