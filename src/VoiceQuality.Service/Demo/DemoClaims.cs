using System.Security.Cryptography;
using System.Text;
using NodaTime;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.TrustPage;

namespace VoiceQuality.Service.Demo;

/// <summary>
/// Claims last month's credit for one unit of each kind of month, so that every decision occurs, and for the unit whose
/// month is stated again later.
/// </summary>
internal sealed class DemoClaims(
    ClaimService claims, AssessedMonths months, IAccountBookSource books, TimeProvider time)
{
    /// <summary>Claims; again, it changes nothing.</summary>
    /// <returns>The number of claims.</returns>
    public async Task<int> FileAsync(CancellationToken cancellationToken)
    {
        var units = new List<AssessedMonth>();
        foreach (var account in books.Book.Accounts)
        {
            var last = account.Calendar.MonthOf(Instant.FromDateTimeOffset(time.GetUtcNow())).Previous;
            if (await months.GetAccountAsync(account.AccountId, last, cancellationToken) is { } view)
            {
                units.AddRange(view.Units);
            }
        }

        var chosen = units
            .OrderBy(unit => unit.AccountId, StringComparer.Ordinal).ThenBy(unit => unit.UnitId, StringComparer.Ordinal)
            .GroupBy(unit => (unit.Figures.Tier.Status, unit.Figures.Tier.Percent, unit.Figures.Base.Status))
            .Select(kind => kind.First())
            .UnionBy(units.Where(unit => unit.UnitId == DemoCalls.LateUnitId), unit => unit.UnitId).ToList();
        foreach (var unit in chosen)
        {
            var name = $"demo-{unit.UnitId}-{unit.Figures.Month}";
            var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
            await claims.ClaimAsync(
                new ClaimRequest(unit.AccountId, unit.UnitId, unit.Figures.Month, name, digest), cancellationToken);
        }

        return chosen.Count;
    }
}
