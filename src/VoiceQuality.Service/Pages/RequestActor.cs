using System.Diagnostics.CodeAnalysis;

namespace VoiceQuality.Service.Pages;

/// <summary>
/// Who of the carrier makes a request that changes something. There is no login yet, and the service listens on
/// loopback alone: the header names the person by an opaque id, which is recorded with what was done.
/// </summary>
internal static class RequestActor
{
    /// <summary>Name of the header.</summary>
    public const string Header = "X-Actor";

    /// <summary>Most characters of an actor.</summary>
    public const int LongestActor = 64;

    /// <summary>What the description of an endpoint says about the header.</summary>
    public const string Description =
        "Needs the header X-Actor: who does it, 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_' and '.'.";

    /// <summary>Reads who acts.</summary>
    /// <param name="context">The request.</param>
    /// <param name="actor">The actor as sent; empty when refused.</param>
    /// <param name="refusal">400 that says what is wrong; null when the actor was read.</param>
    public static bool TryRead(
        HttpContext context, out string actor, [NotNullWhen(false)] out IResult? refusal)
    {
        var values = context.Request.Headers[Header];
        actor = values.Count == 1 && IsActor(values[0]) ? values[0]! : "";
        refusal = actor.Length > 0
            ? null
            : TypedResults.ValidationProblem(new Dictionary<string, string[]>
            {
                [Header] =
                [
                    "must be one header that says who acts: 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_' and '.'",
                ],
            });
        return refusal is null;
    }

    /// <summary>Whether two actors are one person. Case does not make a second one.</summary>
    public static bool IsSame(string one, string other) =>
        string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a text can name who acts.</summary>
    public static bool IsActor(string? text) =>
        text is { Length: >= 1 and <= LongestActor }
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
}
