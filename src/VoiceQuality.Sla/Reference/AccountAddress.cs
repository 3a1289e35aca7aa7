using NodaTime;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Reference;

/// <summary>
/// The two addresses of an account from an instant on: the Contract Address with its billing telephone number decides
/// distances, the Service Address taxes and fees. It prints neither.
/// </summary>
/// <param name="AccountId">The account.</param>
/// <param name="From">First instant at which they are in force.</param>
/// <param name="ContractAddress">Contract Address as one line.</param>
/// <param name="ServiceAddress">Service Address as one line; null when none is named.</param>
/// <param name="BillingNumber">Billing telephone number of the Contract Address; blank when there is none.</param>
public sealed record AccountAddress(
    string AccountId, Instant From, string ContractAddress, string? ServiceAddress, PartyNumber BillingNumber)
{
    /// <inheritdoc/>
    public override string ToString() => "(address)";
}
