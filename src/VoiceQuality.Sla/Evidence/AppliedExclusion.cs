using System.Collections.Immutable;
using System.Text.Json;
using NodaTime;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Sla.Evidence;

/// <summary>
/// An exclusion that took time out of the failures of an outage claim, as its evidence says.
/// </summary>
/// <param name="ComponentId">The component.</param>
/// <param name="ExclusionId">Name of the exclusion.</param>
/// <param name="Cause">Why it does not count; null when none was given.</param>
/// <param name="Time">The time that it takes out.</param>
/// <param name="References">References to its own evidence.</param>
public sealed record AppliedExclusion(
    string ComponentId,
    string ExclusionId,
    ExclusionCause? Cause,
    Interval Time,
    ImmutableArray<string> References)
{
    /// <summary>
    /// Reads from the evidence of an outage claim which exclusions touched the failed time, in the order of the
    /// evidence. Nothing is decided again. Null when the octets are no such evidence.
    /// </summary>
    public static ImmutableArray<AppliedExclusion>? Read(ReadOnlyMemory<byte> octets)
    {
        try
        {
            using var document = JsonDocument.Parse(octets);
            return Read(new EvidenceNode(document.RootElement, ""));
        }
        catch (Exception exception) when (exception is JsonException or EvidenceFormatException)
        {
            return null;
        }
    }

    private static ImmutableArray<AppliedExclusion> Read(EvidenceNode root)
    {
        var said = root.Member("components").Items().ToDictionary(
            component => component.Member("componentId").Text(),
            component => component.Member("exclusions").Items().ToList(),
            StringComparer.Ordinal);
        var applied = ImmutableArray.CreateBuilder<AppliedExclusion>();
        foreach (var assessed in root.Member("assessment").Items())
        {
            var componentId = assessed.Member("componentId").Text();
            var failed = assessed.Member("failed").Items().Select(OutageEvidenceReader.TimeOf).ToList();
            var exclusions = said.TryGetValue(componentId, out var found)
                ? found
                : throw assessed.Fault("a component of the evidence");
            foreach (var (decision, exclusion) in assessed.Member("exclusions").Items().Zip(exclusions))
            {
                if (decision.Member("applies").Flag() && decision.Member("takesOut") is { IsNull: false } takesOut
                    && OutageEvidenceReader.TimeOf(takesOut) is var time
                    && failed.Any(one => one.Start < time.End && time.Start < one.End))
                {
                    applied.Add(new AppliedExclusion(
                        componentId,
                        exclusion.Member("exclusionId").Text(),
                        exclusion.Member("cause") is { IsNull: false } cause ? cause.Name<ExclusionCause>() : null,
                        time,
                        [.. exclusion.Member("evidence").Items().Select(reference => reference.Text())]));
                }
            }
        }

        return applied.ToImmutable();
    }
}
