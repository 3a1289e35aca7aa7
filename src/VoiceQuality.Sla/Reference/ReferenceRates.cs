using NodaTime;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Reference;

/// <summary>The beginning of a pricing program of an account .</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Change">The program.</param>
public sealed record AccountProgram(string AccountId, ProgramChange Change);

/// <summary>A domestic rate of an account .</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Rate">The rate.</param>
public sealed record AccountRate(string AccountId, DomesticRate Rate);

/// <summary>A row of an international or extended deck .</summary>
/// <param name="AccountId">The account; null for every account, and then a row of its own goes before it.</param>
/// <param name="Destination">Name of the destination as the deck has it.</param>
/// <param name="Rate">The rate.</param>
public sealed record DeckRate(string? AccountId, string Destination, PrefixRate Rate);
