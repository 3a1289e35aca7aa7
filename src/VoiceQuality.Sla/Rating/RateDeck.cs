using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using NodaTime;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Rating;

/// <summary>One domestic rate of a contract.</summary>
/// <param name="Program">The pricing program that it belongs to.</param>
/// <param name="Class">Termination, toll free, default or outbound toll free.</param>
/// <param name="Jurisdiction">
/// Intrastate or interstate for termination and toll free; indeterminate for default; outbound toll free for that.
/// </param>
/// <param name="Tier">Tier of the far end; null for any. Only outside the flat-rate program.</param>
/// <param name="From">First instant at which it is in force.</param>
/// <param name="PerMinute">US dollars per minute as agreed, 0 or more; it is rounded to four decimals .</param>
/// <param name="NoticeSentAt">When the customer was told; null only for the first of its kind .</param>
public sealed record DomesticRate(
    PricingProgram Program,
    RateClass Class,
    Jurisdiction Jurisdiction,
    NetworkTier? Tier,
    Instant From,
    decimal PerMinute,
    Instant? NoticeSentAt = null);

/// <summary>One rate of the international or the extended deck. It may change without notice .</summary>
/// <param name="Class">International or extended.</param>
/// <param name="Prefix">First digits in international form, country code first, as one number.</param>
/// <param name="From">First instant at which it is in force.</param>
/// <param name="PerMinute">US dollars per minute as published, 0 or more; it is rounded to four decimals.</param>
/// <param name="Increment">The steps that calls to it are billed by.</param>
public sealed record PrefixRate(
    RateClass Class, ulong Prefix, Instant From, decimal PerMinute, BillingIncrement Increment);

/// <summary>Why a rate was refused.</summary>
public enum RateDeckFault
{
    None,

    /// <summary>Class, jurisdiction, tier or program do not go together.</summary>
    NoSuchKind,

    /// <summary>The rate is negative or 10¹² or more.</summary>
    RateOutOfRange,

    /// <summary>The prefix is 0 or has more than 15 digits.</summary>
    BadPrefix,

    /// <summary>Two rates of one kind begin at the same instant.</summary>
    SameInstant,

    /// <summary>A changed domestic rate has no notice that was sent before its effect .</summary>
    NoNotice,
}

/// <summary>A rate and the steps that it is billed by.</summary>
/// <param name="Rate">US dollars per minute.</param>
/// <param name="Increment">The steps.</param>
public readonly record struct RatedBy(Rate Rate, BillingIncrement Increment);

/// <summary>
/// The rates of an account, in force by date. What it does not hold is not rated: there is no rate by
/// default.
/// </summary>
public sealed class RateDeck
{
    private const int MaxPrefixDigits = 15;

    private readonly FrozenDictionary<DomesticKey, EffectiveDated<RatedBy>> _domestic;
    private readonly FrozenDictionary<(RateClass Class, ulong Prefix), EffectiveDated<RatedBy>> _prefixes;
    private readonly RateDeck? _shared;

    private RateDeck(
        FrozenDictionary<DomesticKey, EffectiveDated<RatedBy>> domestic,
        FrozenDictionary<(RateClass Class, ulong Prefix), EffectiveDated<RatedBy>> prefixes,
        RateDeck? shared)
    {
        _domestic = domestic;
        _prefixes = prefixes;
        _shared = shared;
    }

    /// <summary>Takes the rates, in any order: all of them, or none with the first fault.</summary>
    public static bool TryCreate(
        IEnumerable<DomesticRate> domestic,
        IEnumerable<PrefixRate> prefixes,
        [NotNullWhen(true)] out RateDeck? deck,
        out RateDeckFault fault) =>
        TryCreate(domestic, prefixes, null, out deck, out fault);

    /// <summary>
    /// The same, over a deck that several accounts share: where a prefix has no rate of its own in force, the shared
    /// one counts. Its domestic rates do not.
    /// </summary>
    public static bool TryCreate(
        IEnumerable<DomesticRate> domestic,
        IEnumerable<PrefixRate> prefixes,
        RateDeck? shared,
        [NotNullWhen(true)] out RateDeck? deck,
        out RateDeckFault fault)
    {
        ArgumentNullException.ThrowIfNull(domestic);
        ArgumentNullException.ThrowIfNull(prefixes);
        deck = null;
        var byKind = new Dictionary<DomesticKey, EffectiveDated<RatedBy>>();
        foreach (var group in domestic.GroupBy(rate => new DomesticKey(
            rate.Program, rate.Class, rate.Jurisdiction, rate.Tier)))
        {
            fault = FaultOf(group.Key, [.. group.OrderBy(rate => rate.From)]);
            if (fault != RateDeckFault.None)
            {
                return false;
            }

            byKind.Add(group.Key, new EffectiveDated<RatedBy>(group.Select(
                rate => (rate.From, new RatedBy(Rate.Round(rate.PerMinute), BillingIncrement.Domestic)))));
        }

        var byPrefix = new Dictionary<(RateClass Class, ulong Prefix), EffectiveDated<RatedBy>>();
        foreach (var group in prefixes.GroupBy(rate => (rate.Class, rate.Prefix)))
        {
            fault = FaultOf(group.Key, [.. group.OrderBy(rate => rate.From)]);
            if (fault != RateDeckFault.None)
            {
                return false;
            }

            byPrefix.Add(group.Key, new EffectiveDated<RatedBy>(group.Select(
                rate => (rate.From, new RatedBy(Rate.Round(rate.PerMinute), rate.Increment)))));
        }

        fault = RateDeckFault.None;
        deck = new RateDeck(byKind.ToFrozenDictionary(), byPrefix.ToFrozenDictionary(), shared);
        return true;
    }

    /// <summary>The domestic rate in force: that of the tier, else that of any tier, else null.</summary>
    public RatedBy? FindDomestic(
        PricingProgram program, RateClass rateClass, Jurisdiction jurisdiction, NetworkTier? tier, Instant at) =>
        (tier is null ? null : Find(new DomesticKey(program, rateClass, jurisdiction, tier), at))
        ?? Find(new DomesticKey(program, rateClass, jurisdiction, null), at);

    /// <summary>
    /// The rate of the longest prefix of the called number that has a rate in force; null when none has.
    /// </summary>
    public RatedBy? FindPrefix(RateClass rateClass, PhoneNumber called, Instant at)
    {
        for (var prefix = called.Digits; prefix > 0; prefix /= 10)
        {
            if ((FindOwn(rateClass, prefix, at) ?? _shared?.FindOwn(rateClass, prefix, at)) is { } rate)
            {
                return rate;
            }
        }

        return null;
    }

    /// <summary>Adds all rates that are in force at some time of a span.</summary>
    /// <param name="digest">Where they are added.</param>
    /// <param name="from">Inclusive.</param>
    /// <param name="to">Exclusive.</param>
    /// <param name="digestOf">The digest of the shared deck, which many decks ask for.</param>
    internal void AddTo(RatingDigest digest, Instant from, Instant to, Func<RateDeck, string> digestOf)
    {
        foreach (var (kind, rates) in _domestic.OrderBy(pair => pair.Key.Program).ThenBy(pair => pair.Key.Class)
            .ThenBy(pair => pair.Key.Jurisdiction).ThenBy(pair => pair.Key.Tier is { } tier ? (int)tier : -1))
        {
            foreach (var rate in rates.During(from, to))
            {
                digest.Add((long)kind.Program);
                digest.Add((long)kind.Class);
                digest.Add((long)kind.Jurisdiction);
                digest.Add(kind.Tier is { } tier ? (long)tier : -1);
                AddRate(digest, rate);
            }
        }

        foreach (var (prefix, rates) in _prefixes.OrderBy(pair => pair.Key.Class).ThenBy(pair => pair.Key.Prefix))
        {
            foreach (var rate in rates.During(from, to))
            {
                digest.Add((long)prefix.Class);
                digest.Add((long)prefix.Prefix);
                AddRate(digest, rate);
            }
        }

        digest.Add(_shared is null ? null : digestOf(_shared));
    }

    private static void AddRate(RatingDigest digest, (Instant From, RatedBy Rate) rate)
    {
        digest.Add(rate.From);
        digest.Add(rate.Rate.Rate.E4);
        digest.Add(rate.Rate.Increment.InitialSeconds);
        digest.Add(rate.Rate.Increment.IncrementSeconds);
    }

    private RatedBy? FindOwn(RateClass rateClass, ulong prefix, Instant at) =>
        _prefixes.TryGetValue((rateClass, prefix), out var rates) && rates.TryGetAt(at, out var rate) ? rate : null;

    private RatedBy? Find(DomesticKey kind, Instant at) =>
        _domestic.TryGetValue(kind, out var rates) && rates.TryGetAt(at, out var rate) ? rate : null;

    private static RateDeckFault FaultOf(DomesticKey kind, IReadOnlyList<DomesticRate> rates)
    {
        var goesTogether = kind.Class switch
        {
            RateClass.Termination or RateClass.TollFree =>
                kind.Jurisdiction is Jurisdiction.Intrastate or Jurisdiction.Interstate,
            RateClass.Default => kind.Jurisdiction == Jurisdiction.Indeterminate,
            RateClass.OutboundTollFree => kind.Jurisdiction == Jurisdiction.OutboundTollFree,
            _ => false,
        };

        if (!goesTogether || (kind.Tier is not null && kind.Program == PricingProgram.FlatRate))
        {
            return RateDeckFault.NoSuchKind;
        }

        for (var i = 0; i < rates.Count; i++)
        {
            if (!IsRate(rates[i].PerMinute))
            {
                return RateDeckFault.RateOutOfRange;
            }

            if (i > 0 && rates[i].From == rates[i - 1].From)
            {
                return RateDeckFault.SameInstant;
            }

            if (i > 0 && !Notice.IsBefore(rates[i].NoticeSentAt, rates[i].From))
            {
                return RateDeckFault.NoNotice;
            }
        }

        return RateDeckFault.None;
    }

    private static RateDeckFault FaultOf((RateClass Class, ulong Prefix) kind, IReadOnlyList<PrefixRate> rates)
    {
        if (kind.Class is not (RateClass.International or RateClass.Extended))
        {
            return RateDeckFault.NoSuchKind;
        }

        if (PhoneNumber.CountDigits(kind.Prefix) is < 1 or > MaxPrefixDigits)
        {
            return RateDeckFault.BadPrefix;
        }

        for (var i = 0; i < rates.Count; i++)
        {
            if (!IsRate(rates[i].PerMinute))
            {
                return RateDeckFault.RateOutOfRange;
            }

            if (i > 0 && rates[i].From == rates[i - 1].From)
            {
                return RateDeckFault.SameInstant;
            }
        }

        return RateDeckFault.None;
    }

    private static bool IsRate(decimal perMinute) => perMinute is >= 0 and < 1_000_000_000_000m;

    private readonly record struct DomesticKey(
        PricingProgram Program, RateClass Class, Jurisdiction Jurisdiction, NetworkTier? Tier);
}
