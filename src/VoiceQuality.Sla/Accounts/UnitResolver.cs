using System.Collections.Frozen;
using System.Collections.Immutable;

namespace VoiceQuality.Sla.Accounts;

/// <summary>
/// Finds the unit of a call. Of all rules that match, the one with the lowest priority number decides; among equals
/// the most particular one; then the one whose id comes first in ordinal order.
/// </summary>
/// <remarks>
/// More particular means, in this order: header before number range before number prefix before domain before trunk;
/// a rule for one party before a rule for either; then the smaller range, the longer prefix. All rules are ranked
/// once; a lookup only takes the best rank out of a few tables and allocates nothing but normalised text. It is
/// immutable, so threads may share it.
/// </remarks>
public sealed class UnitResolver
{
    private const int NoRank = int.MaxValue;

    private readonly ImmutableArray<UnitRule> _ranked;
    private readonly ImmutableArray<BusinessUnit> _units;
    private readonly SideTable _caller;
    private readonly SideTable _callee;
    private readonly ImmutableArray<(string Name, FrozenDictionary<string, int> Ranks)> _headers;

    /// <summary>Builds the tables.</summary>
    public UnitResolver(AccountBook book)
    {
        ArgumentNullException.ThrowIfNull(book);
        _ranked = book.Rules.Sort(UnitRuleOrder.Compare);
        _units = [.. _ranked.Select(rule => book.FindUnit(rule.UnitId) ?? throw new ArgumentException(
            "A rule names a unit that the book does not hold.", nameof(book)))];

        var caller = new SideTable.Builder();
        var callee = new SideTable.Builder();
        var headers = new Dictionary<string, Dictionary<string, int>>(StringComparer.OrdinalIgnoreCase);

        for (var rank = 0; rank < _ranked.Length; rank++)
        {
            var rule = _ranked[rank];
            if (rule.Match is UnitMatch.Header header)
            {
                if (!headers.TryGetValue(header.Name, out var values))
                {
                    headers[header.Name] = values = new Dictionary<string, int>(StringComparer.Ordinal);
                }

                values.TryAdd(header.Value, rank);
                continue;
            }

            if (rule.Side != RuleSide.Callee)
            {
                caller.Add(rule.Match, rank);
            }

            if (rule.Side != RuleSide.Caller)
            {
                callee.Add(rule.Match, rank);
            }
        }

        _caller = caller.Build();
        _callee = callee.Build();
        _headers = [.. headers.Select(pair => (pair.Key, pair.Value.ToFrozenDictionary(StringComparer.Ordinal)))];
    }

    /// <summary>The call's unit. Never throws on data.</summary>
    public UnitResolution Resolve(CallFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var rank = Math.Min(
            Math.Min(
                _caller.RankOf(facts.SignallingSource, facts.CallerNumber),
                _callee.RankOf(facts.SignallingDestination, facts.CalleeNumber)),
            Math.Min(
                _caller.RankOfDomain(facts.CallerDomain),
                Math.Min(_callee.RankOfDomain(facts.CalleeDomain), _callee.RankOfDomain(facts.RequestDomain))));

        if (facts.Headers is { } headers)
        {
            foreach (var (name, ranks) in _headers)
            {
                if (headers.TryGetValue(name, out var value) && ranks.TryGetValue(value.Trim(), out var headerRank))
                {
                    rank = Math.Min(rank, headerRank);
                }
            }
        }

        return rank == NoRank
            ? new UnitResolution(BusinessUnit.Unassigned, null)
            : new UnitResolution(_units[rank], _ranked[rank]);
    }

    /// <summary>The host alone: without port, brackets and final dot.</summary>
    internal static ReadOnlySpan<char> HostOf(ReadOnlySpan<char> domain)
    {
        domain = domain.Trim();
        if (domain.StartsWith("["))
        {
            var end = domain.IndexOf(']');
            return end < 0 ? domain : domain[1..end];
        }

        var port = domain.IndexOf(':');
        if (port >= 0 && domain.LastIndexOf(':') == port)
        {
            domain = domain[..port];
        }

        return domain.TrimEnd('.');
    }

    /// <summary>The rules that look at one party, by what they compare.</summary>
    private sealed class SideTable
    {
        private readonly ImmutableArray<(UInt128 Mask, FrozenDictionary<UInt128, int> Ranks)> _trunks;
        private readonly ImmutableArray<(int Length, FrozenDictionary<ulong, int> Ranks)> _prefixes;
        private readonly NumberSegments _ranges;
        private readonly FrozenDictionary<string, int> _domains;
        private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _domainsBySpan;

        private SideTable(Builder builder)
        {
            _trunks = [.. builder.Trunks.Select(pair =>
                (IpPrefix.Mask(pair.Key), pair.Value.ToFrozenDictionary()))];
            _prefixes = [.. builder.Prefixes.Select(pair => (pair.Key, pair.Value.ToFrozenDictionary()))];
            _ranges = new NumberSegments(builder.Ranges);
            _domains = builder.Domains.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
            _domainsBySpan = _domains.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public int RankOf(SignallingAddress? address, string? number)
        {
            var rank = NoRank;

            if (address is { } known)
            {
                foreach (var (mask, ranks) in _trunks)
                {
                    if (ranks.TryGetValue(known.Bits & mask, out var trunkRank))
                    {
                        rank = Math.Min(rank, trunkRank);
                    }
                }
            }

            return number is not null && PhoneNumber.TryNormalize(number, out var normalized)
                ? Math.Min(rank, RankOfNumber(normalized))
                : rank;
        }

        public int RankOfDomain(string? domain) =>
            domain is not null && _domainsBySpan.TryGetValue(HostOf(domain), out var rank) ? rank : NoRank;

        private int RankOfNumber(PhoneNumber number)
        {
            var rank = _ranges.RankOf(number.Digits);
            var length = number.Length;

            foreach (var (prefixLength, ranks) in _prefixes)
            {
                if (prefixLength <= length
                    && ranks.TryGetValue(
                        number.Digits / NumberSegments.PowerOfTen(length - prefixLength), out var prefixRank))
                {
                    rank = Math.Min(rank, prefixRank);
                }
            }

            return rank;
        }

        public sealed class Builder
        {
            public Dictionary<int, Dictionary<UInt128, int>> Trunks { get; } = [];

            public Dictionary<int, Dictionary<ulong, int>> Prefixes { get; } = [];

            public List<(ulong From, ulong To, int Rank)> Ranges { get; } = [];

            public Dictionary<string, int> Domains { get; } = new(StringComparer.OrdinalIgnoreCase);

            // Ranks come in ascending order, so the first to claim a key is the best one.
            public void Add(UnitMatch match, int rank)
            {
                switch (match)
                {
                    case UnitMatch.Trunk trunk:
                        OfLength(Trunks, trunk.Prefix.Length).TryAdd(trunk.Prefix.Network, rank);
                        break;
                    case UnitMatch.NumberPrefix prefix:
                        OfLength(Prefixes, prefix.Digits.Length).TryAdd(
                            ulong.Parse(prefix.Digits, System.Globalization.CultureInfo.InvariantCulture), rank);
                        break;
                    case UnitMatch.NumberRange range:
                        Ranges.Add((range.From.Digits, range.To.Digits, rank));
                        break;
                    case UnitMatch.Domain domain:
                        Domains.TryAdd(HostOf(domain.Host).ToString(), rank);
                        break;
                }
            }

            public SideTable Build() => new(this);

            private static Dictionary<TKey, int> OfLength<TKey>(
                Dictionary<int, Dictionary<TKey, int>> tables, int length)
                where TKey : notnull
            {
                if (!tables.TryGetValue(length, out var table))
                {
                    tables[length] = table = [];
                }

                return table;
            }
        }
    }
}
