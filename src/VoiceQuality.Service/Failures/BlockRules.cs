using System.Security.Cryptography;
using System.Text;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>Which calls were blocked on purpose, so that they say nothing about a component .</summary>
internal static class BlockRules
{
    /// <summary>How the North American numbering plan dials abroad.</summary>
    private const string InternationalPrefix = "011";

    /// <summary>Whether anything is blocked or restricted at all.</summary>
    public static bool HasAny(InternationalAccess access) => access.Blocks.Count + access.Restricted.Count > 0;

    /// <summary>Whether a call that was not answered was blocked.</summary>
    /// <remarks>
    /// An account is a text that is never empty, also for calls of nobody; only blocks for all concern those.
    /// </remarks>
    public static bool IsBlocked(UnansweredCall call, InternationalAccess access)
    {
        if (call.Callee is not { } callee)
        {
            return false;
        }

        var dialed = callee.StartsWith(InternationalPrefix, StringComparison.Ordinal)
            ? callee.AsSpan(InternationalPrefix.Length)
            : callee;
        return PhoneNumber.TryNormalize(dialed, out var number)
            && access.Decide(call.AccountId, number, call.StartedAt) != InternationalDecision.Allowed;
    }

    /// <summary>Name of what decides: other blocks, restricted destinations or consents have another one.</summary>
    public static string DigestOf(InternationalAccess access)
    {
        var lines = access.Blocks.Select(block => Line(
                "block", block.Prefix, block.AccountId, Text(block.From), Text(block.Until)))
            .Concat(access.Restricted.Select(restricted => Line("restricted", restricted.Prefix)))
            .Concat(access.Consents.Select(consent => Line(
                "consent", consent.AccountId, consent.FormReference, Text(consent.SignedAt),
                Text(consent.CreditStandardsMetAt), Text(consent.EndedAt))));
        return Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Order(StringComparer.Ordinal)))));
    }

    private static string Line(params string?[] parts) => string.Join('\t', parts) + "\n";

    private static string? Text(Instant? at) => at is { } known ? InstantPattern.ExtendedIso.Format(known) : null;
}
