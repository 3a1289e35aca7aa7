using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality.Signalling;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Signalling;

namespace VoiceQuality.Service.Signalling;

/// <summary>Adds up stored hours of signalling. The sums are exact whatever they are added up by.</summary>
internal sealed class SignallingReports(
    SignallingQueries queries, ReferenceDirectory references, IAccountBookSource books)
{
    /// <summary>The report that is asked for.</summary>
    public async Task<SignallingReport> GetAsync(SignallingSearch search, CancellationToken cancellationToken)
    {
        if (search.By != SignallingSubject.Unit)
        {
            var pairs = await queries.ListPairHoursAsync(
                UsOf(search.From), UsOf(search.To), search.AccountId, cancellationToken);
            return OfPairs(search, pairs, await references.GetAsync(cancellationToken));
        }

        return OfUnits(search, search.Step == SignallingStep.None
            ? await queries.ListUnitsAsync(
                UsOf(search.From), UsOf(search.To), search.AccountId, null, cancellationToken)
            : await queries.ListUnitHoursAsync(
                UsOf(search.From), UsOf(search.To), search.AccountId, null, cancellationToken));
    }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public static long UsOf(Instant instant) => instant.ToUnixTimeTicks() / 10;

    private SignallingReport OfUnits(SignallingSearch search, IReadOnlyList<UnitSignalling> rows)
    {
        var book = books.Book;
        var names = book.Units.Where(unit => unit.AccountId is not null)
            .ToDictionary(unit => (unit.AccountId!, unit.UnitId), unit => unit.Name);
        var sums = new Sums<(string AccountId, string UnitId)>(search.Step);
        foreach (var row in rows)
        {
            sums.Add((row.AccountId, row.UnitId), Figures.At(row.FromUs), row.Counters);
        }

        var lines = sums.Lines((key, total, series) => new SignallingLine(
            key.UnitId,
            key.UnitId == BusinessUnit.UnassignedId ? "Unassigned" : names.GetValueOrDefault(key),
            key.AccountId == BusinessUnit.UnassignedId ? null : key.AccountId,
            total,
            series));
        return new SignallingReport(search, Total(rows.Select(row => row.Counters)), lines, default, 0);
    }

    private static SignallingReport OfPairs(
        SignallingSearch search, IReadOnlyList<PairSignalling> rows, ReferenceBook book)
    {
        var changes = ChangesOf(book);
        var known = new Dictionary<(IpEndpoint, IpEndpoint, int), IReadOnlyList<Carrier>>();
        var sums = new Sums<Carrier>(search.Step);
        var unmapped = default(SignallingCounters);
        var otherPairs = 0L;
        foreach (var row in rows)
        {
            var hour = Figures.At(row.HourUs);
            IReadOnlyList<Carrier> carriers = [];
            if (row is { Source: { } source, Destination: { } destination })
            {
                // Between two changes of the reference data a pair goes over the same.
                var index = changes.BinarySearch(hour);
                var key = (source, destination, index < 0 ? ~index : index + 1);
                if (!known.TryGetValue(key, out carriers!))
                {
                    known.Add(key, carriers = CarriersOf(search.By, book, source, destination, hour));
                }
            }
            else
            {
                otherPairs += row.Counters.Attempts;
            }

            foreach (var carrier in carriers)
            {
                sums.Add(carrier, hour, row.Counters);
            }

            unmapped = carriers.Count == 0 ? unmapped + row.Counters : unmapped;
        }

        return new SignallingReport(
            search, Total(rows.Select(row => row.Counters)),
            sums.Lines((carrier, total, series) =>
                new SignallingLine(carrier.Id, carrier.Name, carrier.AccountId, total, series)),
            unmapped,
            otherPairs);
    }

    private static ImmutableArray<Instant> ChangesOf(ReferenceBook book) =>
    [
        .. book.Trunks.SelectMany(trunk => Ends(trunk.From, trunk.To))
            .Concat(book.Components.SelectMany(component => Ends(component.From, component.To)))
            .Distinct().Order(),
    ];

    private static Instant[] Ends(Instant from, Instant? to) => to is { } end ? [from, end] : [from];

    private static IReadOnlyList<Carrier> CarriersOf(
        SignallingSubject by, ReferenceBook book, IpEndpoint source, IpEndpoint destination, Instant at)
    {
        var from = AccountDirectory.AddressOf(source);
        var to = AccountDirectory.AddressOf(destination);
        if (by == SignallingSubject.Component)
        {
            return
            [
                .. book.ComponentsCarrying(from, to, at, source.Port, destination.Port)
                    .Select(component => new Carrier(component.Id, component.Name, component.AccountId)),
            ];
        }

        Trunk?[] trunks =
        [
            from is { } sender ? book.FindTrunk(sender, at, source.Port) : null,
            to is { } receiver ? book.FindTrunk(receiver, at, destination.Port) : null,
        ];
        return [.. trunks.OfType<Trunk>().Select(trunk => new Carrier(trunk.Id, null, trunk.AccountId)).Distinct()];
    }

    private static SignallingCounters Total(IEnumerable<SignallingCounters> sums) =>
        sums.Aggregate(default(SignallingCounters), static (total, one) => total + one);

    private readonly record struct Carrier(string Id, string? Name, string? AccountId);

    private sealed class Sums<T>(SignallingStep step)
        where T : notnull
    {
        private readonly Dictionary<T, SignallingCounters> _totals = [];
        private readonly Dictionary<T, SortedDictionary<Instant, SignallingCounters>> _series = [];

        public void Add(T key, Instant hour, in SignallingCounters sums)
        {
            _totals[key] = _totals.GetValueOrDefault(key) + sums;
            if (step == SignallingStep.None)
            {
                return;
            }

            if (!_series.TryGetValue(key, out var series))
            {
                _series.Add(key, series = []);
            }

            var piece = SignallingSearch.PieceOf(hour, step);
            series[piece] = series.GetValueOrDefault(piece) + sums;
        }

        public IReadOnlyList<SignallingLine> Lines(
            Func<T, SignallingCounters, IReadOnlyList<SignallingPoint>, SignallingLine> lineOf) =>
        [
            .. _totals.Select(pair => lineOf(
                    pair.Key, pair.Value,
                    _series.TryGetValue(pair.Key, out var series)
                        ? [.. series.Select(point => new SignallingPoint(point.Key, point.Value))]
                        : []))
                .OrderByDescending(line => line.Sums.Attempts).ThenBy(line => line.Id, StringComparer.Ordinal)
                .ThenBy(line => line.AccountId, StringComparer.Ordinal),
        ];
    }
}
