using NodaTime;
using VoiceQuality.Quality.Signalling;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Signalling;

namespace VoiceQuality.Service.Signalling;

/// <summary>A date of an account's calendar.</summary>
/// <param name="Date">The date.</param>
/// <param name="Sums">Its sums.</param>
internal sealed record SignallingDay(LocalDate Date, SignallingCounters Sums);

/// <summary>A unit of an account in a month.</summary>
/// <param name="UnitId">The unit.</param>
/// <param name="Sums">The sums of the month.</param>
/// <param name="Days">Dates with attempts, in order.</param>
internal sealed record UnitSignallingMonth(string UnitId, SignallingCounters Sums, IReadOnlyList<SignallingDay> Days);

/// <summary>How the call attempts of an account went in a month, by its own clock.</summary>
/// <param name="Total">All units.</param>
/// <param name="Units">Units with attempts, by id.</param>
internal sealed record AccountSignallingMonth(SignallingCounters Total, IReadOnlyList<UnitSignallingMonth> Units)
{
    /// <summary>The sums of a unit; all 0 when it had no attempt.</summary>
    public SignallingCounters Of(string unitId) => Units.FirstOrDefault(unit => unit.UnitId == unitId)?.Sums ?? default;
}

/// <summary>
/// Adds up the signalling of one account. An attempt is in the month and on the date on which its hour began.
/// </summary>
internal sealed class AccountSignalling(SignallingQueries queries, IAccountBookSource books)
{
    /// <summary>The month of an account; null when there is no such account.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="month">Its month.</param>
    /// <param name="unitId">One unit; null for all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<AccountSignallingMonth?> GetAsync(
        string accountId, ServiceMonth month, string? unitId, CancellationToken cancellationToken)
    {
        if (books.Book.FindAccount(accountId) is not { } account)
        {
            return null;
        }

        var bounds = account.Calendar.Bounds(month);
        var zone = account.Calendar.ZoneOf(month);
        var hours = await queries.ListUnitHoursAsync(
            SignallingReports.UsOf(bounds.Start), SignallingReports.UsOf(bounds.End), accountId, unitId,
            cancellationToken);
        var units = hours.GroupBy(hour => hour.UnitId, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new UnitSignallingMonth(
                group.Key,
                Sum(group),
                [
                    .. group.GroupBy(hour => Pages.Figures.At(hour.FromUs).InZone(zone).Date).OrderBy(day => day.Key)
                        .Select(day => new SignallingDay(day.Key, Sum(day))),
                ]))
            .ToList();
        return new AccountSignallingMonth(Sum(hours), units);
    }

    private static SignallingCounters Sum(IEnumerable<UnitSignalling> hours) =>
        hours.Aggregate(default(SignallingCounters), static (sum, hour) => sum + hour.Counters);
}
