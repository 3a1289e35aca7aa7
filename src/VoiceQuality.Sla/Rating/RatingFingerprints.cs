using System.Collections.Concurrent;
using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Reference;

namespace VoiceQuality.Sla.Rating;

/// <summary>
/// Says by a digest what the calls of an account and month are rated by. Two books with the same digest rate each call
/// of the month alike, so that a month is rated again only where something that touches it has changed: a tier table
/// of next month changes no digest of this one. Threads may share it.
/// </summary>
public sealed class RatingFingerprints(ReferenceBook book)
{
    // Raised when calls are rated otherwise by the same data.
    private const string Method = "rating-1";

    private readonly ConcurrentDictionary<(object Table, Instant From, Instant To), string> _shared = new();
    private readonly ConcurrentDictionary<(string AccountId, MonthlyPeriod Period), string> _digests = new();

    /// <summary>The book.</summary>
    public ReferenceBook Book => book;

    /// <summary>The digest of an account's month, 64 lower-case hexadecimal digits.</summary>
    public string Of(string accountId, MonthlyPeriod period)
    {
        ArgumentException.ThrowIfNullOrEmpty(accountId);
        return _digests.GetOrAdd(
            (accountId, period), static (key, self) => self.Compute(key.AccountId, key.Period), this);
    }

    private string Compute(string accountId, MonthlyPeriod period)
    {
        var (from, to) = (period.Start, period.End);
        var tables = book.RatingTablesOf(accountId);
        using var digest = new RatingDigest();
        digest.Add(Method);
        digest.Add(tables.Rates is { } rates ? DigestOf(rates, from, to) : null);
        AddDated(digest, tables.Programs?.Entries, from, to, program => digest.Add((long)program));
        AddDated(digest, tables.AreaCodes, from, to, table => digest.Add(table.ContentDigest));
        AddDated(digest, tables.Tiers, from, to, table => digest.Add(table.ContentDigest));
        AddDated(digest, tables.BillingNumbers, from, to, number =>
        {
            digest.Add((long)number.Form);
            digest.Add((long)number.Number.Digits);
        });

        foreach (var held in book.NumbersOf(accountId)
            .Where(held => Overlaps(held.From, held.To, from, to))
            .OrderBy(held => held.Number.Digits).ThenBy(held => held.From))
        {
            digest.Add((long)held.Number.Digits);
            digest.Add((long)held.Service);
            AddSpan(digest, held.From, held.To, from, to);
        }

        digest.Add(Shared(book, from, to, AddTrunks));
        return digest.ToText();
    }

    private string DigestOf(RateDeck deck, Instant from, Instant to) => Shared(
        deck, from, to,
        (digest, first, end) => deck.AddTo(digest, first, end, shared => DigestOf(shared, first, end)));

    // Every trunk: one of another account may lie within a block of this one's, or be the one that sent the INVITE.
    private void AddTrunks(RatingDigest digest, Instant from, Instant to)
    {
        foreach (var trunk in book.Trunks
            .Where(trunk => Overlaps(trunk.From, trunk.To, from, to))
            .OrderBy(trunk => trunk.Id, StringComparer.Ordinal))
        {
            digest.Add(trunk.Id);
            digest.Add(trunk.AccountId);
            digest.Add((trunk.IsCustomerSide ? 1 : 0) + (trunk.IsTrustedIdentity ? 2 : 0));
            AddSpan(digest, trunk.From, trunk.To, from, to);
            digest.Add(trunk.Addresses.Length);
            foreach (var range in trunk.Addresses)
            {
                digest.Add(range.Prefix.Network);
                digest.Add(range.Prefix.Length);
                digest.Add(range.Port ?? -1);
            }
        }
    }

    private string Shared(object table, Instant from, Instant to, Action<RatingDigest, Instant, Instant> add) =>
        _shared.GetOrAdd(
            (table, from, to),
            key =>
            {
                using var digest = new RatingDigest();
                add(digest, key.From, key.To);
                return digest.ToText();
            });

    private static void AddDated<T>(
        RatingDigest digest, EffectiveDated<T>? values, Instant from, Instant to, Action<T> add)
        where T : notnull
    {
        foreach (var (first, value) in values?.During(from, to) ?? [])
        {
            digest.Add(first);
            add(value);
        }

        digest.Add((string?)null);
    }

    private static bool Overlaps(Instant first, Instant? end, Instant from, Instant to) =>
        first < to && (end is not { } last || last > from);

    // What was so before the month, or will be after it, is none of its business.
    private static void AddSpan(RatingDigest digest, Instant first, Instant? end, Instant from, Instant to)
    {
        digest.Add(Instant.Max(first, from));
        digest.Add(end is { } last ? Instant.Min(last, to) : to);
    }
}
