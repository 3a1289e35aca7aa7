using System.Collections.Immutable;
using NodaTime;

namespace VoiceQuality.Sla.Reference;

/// <summary>
/// A signalling peer. A call whose INVITE comes from a customer's trunk is outbound; one that goes to it is inbound.
/// </summary>
/// <param name="Id">Opaque id, one of a kind.</param>
/// <param name="AccountId">The account; null for a carrier's trunk that all accounts share.</param>
/// <param name="Addresses">Its addresses; at least one.</param>
/// <param name="IsCustomerSide">Whether it is the customer's; otherwise it is a carrier's.</param>
/// <param name="IsTrustedIdentity">
/// Whether P-Asserted-Identity and Remote-Party-ID are believed when they come from it.
/// </param>
/// <param name="From">First instant at which it is in use.</param>
/// <param name="To">First instant at which it is no more; null while it is.</param>
public sealed record Trunk(
    string Id,
    string? AccountId,
    ImmutableArray<SignallingRange> Addresses,
    bool IsCustomerSide,
    bool IsTrustedIdentity,
    Instant From,
    Instant? To)
{
    /// <summary>Whether it is in use at an instant.</summary>
    public bool IsInUseAt(Instant at) => From <= at && (To is not { } to || at < to);
}
