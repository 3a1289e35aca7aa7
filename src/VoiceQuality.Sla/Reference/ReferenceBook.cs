using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Clocks;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.TollFree;

namespace VoiceQuality.Sla.Reference;

/// <summary>
/// The reference data in force, each with the instants at which it is. What was not imported is null or empty, so that
/// whoever needs it fails closed. It is immutable; threads may share it.
/// </summary>
public sealed class ReferenceBook
{
    private readonly ReferenceContent _content;
    private readonly FrozenDictionary<string, Component> _components;
    private readonly ILookup<string, Component> _componentsOfAccount;
    private readonly FrozenDictionary<PhoneNumber, ImmutableArray<HeldNumber>> _numbers;
    private readonly ILookup<string, HeldNumber> _numbersOfAccount;
    private readonly ILookup<string, TollFreeNumber> _tollFreeOfAccount;
    private readonly ILookup<string, AccountAddress> _addressesOfAccount;
    private readonly ILookup<string, AccountProgram> _programsOfAccount;
    private readonly ILookup<string, AccountRate> _ratesOfAccount;
    private readonly ILookup<string, DeckRate> _decksOfAccount;
    private readonly RateDeck? _sharedDeck;
    private readonly AddressTable<Trunk> _trunks;
    private readonly AddressTable<Component> _carriers;

    // The tables of an account follow from the content alone, so it does not matter who computes them first.
    private readonly ConcurrentDictionary<string, RatingTables> _tables = new(StringComparer.Ordinal);

    /// <summary>A book of typed rows.</summary>
    /// <param name="content">The rows.</param>
    /// <param name="digest">Digest of the documents that they come from.</param>
    /// <exception cref="ArgumentException">
    /// An id occurs twice, or the deck for all accounts is not in order.
    /// </exception>
    public ReferenceBook(ReferenceContent content, string digest)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentException.ThrowIfNullOrEmpty(digest);
        _content = content;
        Digest = digest;
        _components = content.Components.ToFrozenDictionary(component => component.Id, StringComparer.Ordinal);
        _componentsOfAccount = content.Components.ToLookup(component => component.AccountId, StringComparer.Ordinal);
        _numbers = content.Numbers.GroupBy(held => held.Number)
            .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
        _numbersOfAccount = content.Numbers.ToLookup(held => held.AccountId, StringComparer.Ordinal);
        _tollFreeOfAccount = content.TollFreeNumbers
            .Where(number => _components.ContainsKey(number.ComponentId))
            .ToLookup(number => _components[number.ComponentId].AccountId, StringComparer.Ordinal);
        _addressesOfAccount = content.Addresses.ToLookup(address => address.AccountId, StringComparer.Ordinal);
        _programsOfAccount = content.Programs.ToLookup(program => program.AccountId, StringComparer.Ordinal);
        _ratesOfAccount = content.Rates.ToLookup(rate => rate.AccountId, StringComparer.Ordinal);
        _decksOfAccount = content.Decks.Where(deck => deck.AccountId is not null)
            .ToLookup(deck => deck.AccountId!, StringComparer.Ordinal);
        _sharedDeck = SharedDeckOf(content);
        _trunks = new AddressTable<Trunk>(content.Trunks, trunk => trunk.Addresses);
        _carriers = new AddressTable<Component>(content.Components, component => component.SignallingAddresses);
    }

    /// <summary>Nothing is known.</summary>
    public static ReferenceBook Empty { get; } = new(new ReferenceContent(), ReferenceKinds.DigestOf([]));

    /// <summary>SHA-256 over the digests of all documents in force, lower-case hexadecimal.</summary>
    public string Digest { get; }

    /// <summary>All components, by id.</summary>
    public ImmutableArray<Component> Components => _content.Components;

    /// <summary>All trunks.</summary>
    public ImmutableArray<Trunk> Trunks => _content.Trunks;

    /// <summary>Business days; null when no holidays were imported.</summary>
    public BusinessCalendar? Holidays => _content.Holidays;

    /// <summary>Blocks, restricted destinations and consents .</summary>
    public InternationalAccess International => _content.International;

    /// <summary>Editions of the tier table; null when there is none.</summary>
    public EffectiveDated<TierTable>? Tiers => _content.Tiers;

    /// <summary>Editions of the area-code table; null when there is none.</summary>
    public EffectiveDated<AreaCodeTable>? AreaCodes => _content.AreaCodes;

    /// <summary>The component with this id, or null.</summary>
    public Component? FindComponent(string id) => _components.GetValueOrDefault(id);

    /// <summary>The components of an account, by id.</summary>
    public IEnumerable<Component> ComponentsOf(string accountId) => _componentsOfAccount[accountId];

    /// <summary>The components that signalling between two addresses goes over.</summary>
    public IReadOnlyList<Component> ComponentsCarrying(
        SignallingAddress? source,
        SignallingAddress? destination,
        Instant at,
        int? sourcePort = null,
        int? destinationPort = null) =>
    [
        .. _carriers.Candidates(source).Concat(_carriers.Candidates(destination)).Distinct()
            .Where(component => component.Carries(source, destination, at, sourcePort, destinationPort))
            .OrderBy(component => component.Id, StringComparer.Ordinal),
    ];

    /// <summary>MRC of a component over time; null when it is not known.</summary>
    public ComponentMrc? MrcOf(string componentId) => _content.Mrc.GetValueOrDefault(componentId);

    /// <summary>US dollars of MRC billed for a component in a month; null when it is not known.</summary>
    public decimal? BilledMrc(string componentId, ServiceMonth month) =>
        _content.BilledMrc.TryGetValue(new ComponentMonth(componentId, month), out var amount) ? amount : null;

    /// <summary>US dollars of MRC billed for a component, of all months that are known.</summary>
    public IReadOnlyDictionary<ServiceMonth, decimal> BilledMrcOf(string componentId) =>
        _content.BilledMrc.Where(pair => pair.Key.ComponentId == componentId)
            .ToDictionary(pair => pair.Key.Month, pair => pair.Value);

    /// <summary>Who holds a number at an instant; null for nobody that is known.</summary>
    public HeldNumber? FindNumber(PhoneNumber number, Instant at)
    {
        if (_numbers.TryGetValue(number, out var held))
        {
            foreach (var one in held)
            {
                if (one.IsHeldAt(at))
                {
                    return one;
                }
            }
        }

        return null;
    }

    /// <summary>All numbers that an account holds or held.</summary>
    public IEnumerable<HeldNumber> NumbersOf(string accountId) => _numbersOfAccount[accountId];

    /// <summary>
    /// The trunk of an address at an instant: the one with the smallest block. Null for none, and for several that
    /// only a port would tell apart.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="at">When.</param>
    /// <param name="port">Its port; null when it is not known.</param>
    public Trunk? FindTrunk(SignallingAddress address, Instant at, int? port = null) =>
        _trunks.Find(address, port, trunk => trunk.IsInUseAt(at));

    /// <summary>The addresses of an account at an instant; null before the first and when none are known.</summary>
    public AccountAddress? AddressOf(string accountId, Instant at) => _addressesOfAccount[accountId]
        .Where(address => address.From <= at).MaxBy(address => address.From);

    /// <summary>Toll-free numbers of an account with what was done about them .</summary>
    public IReadOnlyList<TollFreeNumber> TollFreeNumbersOf(string accountId) => [.. _tollFreeOfAccount[accountId]];

    /// <summary>
    /// What the calls of an account are rated by. What is missing is null, and such calls are unrated.
    /// </summary>
    public RatingTables RatingTablesOf(string accountId)
    {
        ArgumentException.ThrowIfNullOrEmpty(accountId);
        return _tables.GetOrAdd(accountId, BuildTables);
    }

    private RatingTables BuildTables(string accountId)
    {
        var hasRates = _ratesOfAccount.Contains(accountId) || _decksOfAccount.Contains(accountId);
        var rates = _sharedDeck;
        if (hasRates && !RateDeck.TryCreate(
            _ratesOfAccount[accountId].Select(rate => rate.Rate),
            _decksOfAccount[accountId].Select(deck => deck.Rate),
            _sharedDeck,
            out rates,
            out _))
        {
            rates = null;
        }

        _ = ProgramHistory.TryCreate(
            _programsOfAccount[accountId].Select(program => program.Change), out var programs, out _);
        var addresses = _addressesOfAccount[accountId].Select(address => (address.From, address.BillingNumber))
            .ToList();
        var numbers = NumbersOf(accountId).ToList();
        return new RatingTables
        {
            Rates = rates,
            Programs = programs,
            AreaCodes = AreaCodes,
            Tiers = Tiers,
            BillingNumbers = addresses.Count == 0 ? null : new EffectiveDated<PartyNumber>(addresses),
            AccountNumbers = numbers.Select(held => held.Number).ToFrozenSet(),
            Holdings = new NumberHoldings(numbers.Select(held => (held.Number, held.From, held.To))),
        };
    }

    private static RateDeck? SharedDeckOf(ReferenceContent content)
    {
        var shared = content.Decks.Where(deck => deck.AccountId is null).Select(deck => deck.Rate).ToList();
        if (shared.Count == 0)
        {
            return null;
        }

        return RateDeck.TryCreate([], shared, out var deck, out var fault)
            ? deck
            : throw new ArgumentException($"The deck for all accounts is refused: {fault}.", nameof(content));
    }
}
