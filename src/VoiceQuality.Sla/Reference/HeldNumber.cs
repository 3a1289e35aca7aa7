using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Reference;

/// <summary>A number that an account holds .</summary>
/// <param name="Number">The number.</param>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The unit; null for the whole account.</param>
/// <param name="Service">What it is for.</param>
/// <param name="ComponentId">The component that carries it; null when none is named.</param>
/// <param name="From">First instant at which it is held.</param>
/// <param name="To">First instant at which it is no more; null while it is.</param>
public sealed record HeldNumber(
    PhoneNumber Number,
    string AccountId,
    string? UnitId,
    VoiceService Service,
    string? ComponentId,
    Instant From,
    Instant? To)
{
    /// <summary>Whether it is held at an instant.</summary>
    public bool IsHeldAt(Instant at) => From <= at && (To is not { } to || at < to);
}
