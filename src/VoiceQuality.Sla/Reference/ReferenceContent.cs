using System.Collections.Immutable;
using VoiceQuality.Sla.Clocks;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.TollFree;

namespace VoiceQuality.Sla.Reference;

/// <summary>One month's billed MRC of a component.</summary>
/// <param name="ComponentId">The component.</param>
/// <param name="Month">The month of service.</param>
public readonly record struct ComponentMonth(string ComponentId, ServiceMonth Month);

/// <summary>All reference data as typed rows. What was not imported is empty or null, and is not known.</summary>
public sealed record ReferenceContent
{
    /// <summary>The components, by id.</summary>
    public ImmutableArray<Component> Components { get; init; } = [];

    /// <summary>MRC over time by component.</summary>
    public ImmutableDictionary<string, ComponentMrc> Mrc { get; init; } =
        ImmutableDictionary.Create<string, ComponentMrc>(StringComparer.Ordinal);

    /// <summary>US dollars of MRC that were billed.</summary>
    public ImmutableDictionary<ComponentMonth, decimal> BilledMrc { get; init; } =
        ImmutableDictionary<ComponentMonth, decimal>.Empty;

    /// <summary>The numbers that accounts hold.</summary>
    public ImmutableArray<HeldNumber> Numbers { get; init; } = [];

    /// <summary>The signalling peers.</summary>
    public ImmutableArray<Trunk> Trunks { get; init; } = [];

    /// <summary>Addresses of the accounts.</summary>
    public ImmutableArray<AccountAddress> Addresses { get; init; } = [];

    /// <summary>Pricing programs of the accounts.</summary>
    public ImmutableArray<AccountProgram> Programs { get; init; } = [];

    /// <summary>Domestic rates of the accounts.</summary>
    public ImmutableArray<AccountRate> Rates { get; init; } = [];

    /// <summary>International and extended decks.</summary>
    public ImmutableArray<DeckRate> Decks { get; init; } = [];

    /// <summary>Editions of the tier table; null when there is none.</summary>
    public EffectiveDated<TierTable>? Tiers { get; init; }

    /// <summary>Editions of the area-code table; null when there is none.</summary>
    public EffectiveDated<AreaCodeTable>? AreaCodes { get; init; }

    /// <summary>Toll-free numbers with what their customers did about them.</summary>
    public ImmutableArray<TollFreeNumber> TollFreeNumbers { get; init; } = [];

    /// <summary>Business days; null when no holidays were imported.</summary>
    public BusinessCalendar? Holidays { get; init; }

    /// <summary>Access to international destinations.</summary>
    public InternationalAccess International { get; init; } = new([], [], []);
}
