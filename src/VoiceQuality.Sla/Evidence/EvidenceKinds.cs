using System.Collections.Frozen;

namespace VoiceQuality.Sla.Evidence;

/// <summary>The kinds of documents beside the MOS claim's, and how each is computed again from its inputs.</summary>
internal static class EvidenceKinds
{
    public static FrozenDictionary<string, Func<EvidenceNode, EvidenceDocument>> ByFormat { get; } =
        new Dictionary<string, Func<EvidenceNode, EvidenceDocument>>(StringComparer.Ordinal)
        {
            [OutageEvidence.Format] = static node => OutageEvidence.Of(OutageEvidenceReader.Read(node)).Document,
            [OutageRestatementEvidence.Format] =
                static node => OutageRestatementEvidence.Of(OutageEvidenceReader.Read(node)).Document,
            [RestatementEvidence.Format] = static node => RestatementEvidence.Of(
                RestatementEvidence.Read(node)).Document,
            [ResolutionEvidence.Format] = static node => ResolutionEvidence.Of(ResolutionEvidence.Read(node)).Document,
            [RejectionEvidence.Format] = static node => RejectionEvidence.Of(RejectionEvidence.Read(node)).Document,
        }.ToFrozenDictionary(StringComparer.Ordinal);
}
