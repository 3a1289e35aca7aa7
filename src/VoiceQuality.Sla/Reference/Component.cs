using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Reference;

/// <summary>
/// A part of the service that can fail and that has its own share of the monthly charge.
/// </summary>
/// <param name="Id">Opaque id, one of a kind over all accounts.</param>
/// <param name="AccountId">The account that is charged for it.</param>
/// <param name="UnitId">The unit that it serves; null for the whole account.</param>
/// <param name="Name">Name as shown.</param>
/// <param name="Kind">Kind as the contract names it, such as SIP_TRUNK.</param>
/// <param name="From">First instant at which it is in service.</param>
/// <param name="To">First instant at which it is no more; null while it is.</param>
/// <param name="SignallingAddresses">Where its signalling comes from or goes to; empty when it has none.</param>
public sealed record Component(
    string Id,
    string AccountId,
    string? UnitId,
    string Name,
    string Kind,
    Instant From,
    Instant? To,
    ImmutableArray<SignallingRange> SignallingAddresses)
{
    /// <summary>Whether it is in service at an instant.</summary>
    public bool IsInServiceAt(Instant at) => From <= at && (To is not { } to || at < to);

    /// <summary>Whether signalling between these two addresses goes over it.</summary>
    /// <param name="source">Where it came from; null when not known.</param>
    /// <param name="destination">Where it went; null when not known.</param>
    /// <param name="at">When.</param>
    /// <param name="sourcePort">Port that it came from; null when not known.</param>
    /// <param name="destinationPort">Port that it went to; null when not known.</param>
    public bool Carries(
        SignallingAddress? source,
        SignallingAddress? destination,
        Instant at,
        int? sourcePort = null,
        int? destinationPort = null)
    {
        if (!IsInServiceAt(at))
        {
            return false;
        }

        foreach (var range in SignallingAddresses)
        {
            if ((source is { } from && range.Contains(from, sourcePort))
                || (destination is { } to && range.Contains(to, destinationPort)))
            {
                return true;
            }
        }

        return false;
    }
}
