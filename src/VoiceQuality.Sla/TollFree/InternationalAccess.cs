using System.Globalization;
using NodaTime;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.TollFree;

/// <summary>A block of international destinations on suspected fraud .</summary>
/// <param name="Prefix">First digits of the destination, country code first, 1 to 15 digits.</param>
/// <param name="Reason">Why.</param>
/// <param name="Author">Who set it.</param>
/// <param name="From">When it began.</param>
/// <param name="Until">When it was lifted; null while it stands.</param>
/// <param name="AccountId">The account it is for; null for all.</param>
public sealed record InternationalBlock(
    string Prefix, string Reason, string Author, Instant From, Instant? Until = null, string? AccountId = null);

/// <summary>A destination that needs the customer's consent .</summary>
/// <param name="Prefix">First digits of the destination, country code first, 1 to 15 digits.</param>
public sealed record RestrictedDestination(string Prefix);

/// <summary>A signed Restricted International Service Area Consent form .</summary>
/// <param name="AccountId">The customer.</param>
/// <param name="FormReference">Reference to the signed form.</param>
/// <param name="SignedAt">When it was signed.</param>
/// <param name="CreditStandardsMetAt">
/// When the customer was found to meet the credit standards; null when it was not.
/// </param>
/// <param name="EndedAt">When it ended; null while it stands.</param>
public sealed record InternationalConsent(
    string AccountId, string FormReference, Instant SignedAt, Instant? CreditStandardsMetAt, Instant? EndedAt = null);

/// <summary>Whether an international call may be set up.</summary>
public enum InternationalDecision
{
    /// <summary>It may.</summary>
    Allowed,

    /// <summary>The destination is blocked on suspected fraud.</summary>
    Blocked,

    /// <summary>The destination is restricted and the customer does not meet the credit standards.</summary>
    CreditStandardsNotMet,

    /// <summary>The destination is restricted and there is no signed consent.</summary>
    ConsentMissing,
}

/// <summary>
/// Access to international destinations. An attempt that is refused is no failure and no unscored call.
/// </summary>
/// <param name="Blocks">Every block there was.</param>
/// <param name="Restricted">The destinations that need consent.</param>
/// <param name="Consents">Every consent there was.</param>
public sealed record InternationalAccess(
    IReadOnlyCollection<InternationalBlock> Blocks,
    IReadOnlyCollection<RestrictedDestination> Restricted,
    IReadOnlyCollection<InternationalConsent> Consents)
{
    /// <summary>Decides on one attempt. A block stands above consent.</summary>
    public InternationalDecision Decide(string accountId, PhoneNumber destination, Instant at)
    {
        ArgumentException.ThrowIfNullOrEmpty(accountId);
        var digits = destination.Digits.ToString(CultureInfo.InvariantCulture);

        if (Blocks.Any(block => IsFor(block.Prefix, digits)
            && (block.AccountId is null || block.AccountId == accountId)
            && block.From <= at && (block.Until is not { } until || at < until)))
        {
            return InternationalDecision.Blocked;
        }

        if (!Restricted.Any(restricted => IsFor(restricted.Prefix, digits)))
        {
            return InternationalDecision.Allowed;
        }

        var consents = Consents.Where(consent => consent.AccountId == accountId
            && !string.IsNullOrWhiteSpace(consent.FormReference)
            && consent.SignedAt <= at && (consent.EndedAt is not { } ended || at < ended)).ToList();
        return consents.Count == 0 ? InternationalDecision.ConsentMissing
            : consents.Any(consent => consent.CreditStandardsMetAt <= at) ? InternationalDecision.Allowed
            : InternationalDecision.CreditStandardsNotMet;
    }

    private static bool IsFor(string prefix, string digits) =>
        prefix.Length > 0 && digits.StartsWith(prefix, StringComparison.Ordinal);
}
