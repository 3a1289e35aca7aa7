using System.Globalization;
using System.Text.Json;

namespace VoiceQuality.Service.Rescoring;

/// <summary>How <c>rescore --verify</c> writes what it found.</summary>
internal static class VerificationText
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, NewLine = "\n",
    };

    public static void Write(TextWriter output, ScoreVerification verification, bool asJson)
    {
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new
                {
                    verification.Calls,
                    verification.Reproduced,
                    verification.Differing,
                    verification.NotPossible,
                    Named = verification.Named.Select(static call => new { Id = call.Key.ToString(), call.Fields }),
                },
                Options));
            return;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{verification.Calls} calls: {verification.Reproduced} scores follow from their counters, "
            + $"{verification.Differing} do not."));
        foreach (var (why, calls) in verification.NotPossible)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{calls} cannot be made again: {why}."));
        }

        foreach (var call in verification.Named)
        {
            output.WriteLine($"  {call.Key}: {string.Join(", ", call.Fields)}");
        }

        if (verification.Differing > verification.Named.Count)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  and {verification.Differing - verification.Named.Count} further ones"));
        }
    }
}
