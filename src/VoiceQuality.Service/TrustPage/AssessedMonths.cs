using NodaTime;
using VoiceQuality.Quality.EModel;
using VoiceQuality.Service.Policies;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Ledger;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.TrustPage;

/// <summary>
/// Makes the figures of units' months from stored sums, imported usage and the account book. Pages, API and CSV all
/// ask here, so no two of them can differ.
/// </summary>
internal sealed class AssessedMonths(
    MonthQueries months,
    StoredContractData stored,
    ClaimRepository claims,
    RestatementRepository restatements,
    ResolutionRepository resolutions,
    LedgerRepository ledger,
    IAccountBookSource books,
    PolicyDirectory policies,
    TimeProvider time)
{
    /// <summary>Months that a trend goes back.</summary>
    public const int TrendMonths = 13;

    private const int FirstYear = 2000;
    private const int LastYear = 2200;

    /// <summary>Reads yyyy-MM of a year in which there can be calls.</summary>
    public static bool TryReadMonth(string? text, out ServiceMonth month) =>
        ServiceMonth.TryParse(text, out month) && month.Year is >= FirstYear and <= LastYear;

    /// <summary>All units of all accounts that have calls or usage in the month, by account and unit id.</summary>
    public async Task<IReadOnlyList<AssessedMonth>> ListAsync(
        ServiceMonth month, CancellationToken cancellationToken) =>
        await ListAsync(month, (await policies.GetAsync(cancellationToken)).InForce, cancellationToken);

    /// <summary>The same by other policies than those in force.</summary>
    /// <param name="month">The month of service.</param>
    /// <param name="policyOf">The policy for an account and month.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<AssessedMonth>> ListAsync(
        ServiceMonth month, Func<string, ServiceMonth, ContractPolicy> policyOf, CancellationToken cancellationToken)
    {
        var book = books.Book;
        var sums = await months.ListUnitMonthsAsync(month, cancellationToken);
        var sources = book.Accounts.Select(account => policyOf(account.AccountId, month).MosBaseSource);
        var usage = await stored.UsageOfMonthsAsync([month, month.Next], sources, cancellationToken);
        var versions = await stored.AssessmentsOfMonthAsync(month, cancellationToken);
        var counts = sums.ToDictionary(sum => (sum.AccountId, sum.UnitId), sum => sum.Counts);
        var withUsage = usage.Sets.Where(set => set.Month == month).Select(set => (set.AccountId, set.UnitId));

        return
        [
            .. counts.Keys.Union(withUsage)
                .Where(key => book.FindAccount(key.AccountId) is not null)
                .OrderBy(key => key.AccountId, StringComparer.Ordinal)
                .ThenBy(key => key.UnitId, StringComparer.Ordinal)
                .Select(key => Assess(
                    book, book.FindAccount(key.AccountId)!, key.UnitId, month, counts.GetValueOrDefault(key),
                    usage, versions.GetValueOrDefault(key), policyOf(key.AccountId, month))),
        ];
    }

    /// <summary>An account's page; null when there is no such account.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="month">The month to show; null for the one that is under way.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<AccountView?> GetAccountAsync(
        string accountId, ServiceMonth? month, CancellationToken cancellationToken)
    {
        var book = books.Book;
        if (book.FindAccount(accountId) is not { } account)
        {
            return null;
        }

        var data = await ReadAsync(book, account, month, cancellationToken);
        var history = data.UnitIds.ToDictionary(
            unitId => unitId, unitId => History(data, unitId), StringComparer.Ordinal);
        var units = data.UnitIds.Select(unitId => data.Assess(unitId, data.Shown))
            .OrderBy(unit => unit.UnitName, StringComparer.OrdinalIgnoreCase)
            .ThenBy(unit => unit.UnitId, StringComparer.Ordinal);
        return new AccountView(
            account.AccountId, account.Name, account.Calendar.ZoneOf(data.Shown).Id, data.Shown, data.Choices,
            [.. units],
            history, await restatements.ListAsync(accountId, AccountView.RestatementLimit, null, cancellationToken));
    }

    /// <summary>A unit's page; null when the account has no such unit.</summary>
    public async Task<UnitView?> GetUnitAsync(
        string accountId, string unitId, ServiceMonth? month, CancellationToken cancellationToken)
    {
        var book = books.Book;
        if (book.FindAccount(accountId) is not { } account)
        {
            return null;
        }

        var data = await ReadAsync(book, account, month, cancellationToken);
        if (!data.UnitIds.Contains(unitId))
        {
            return null;
        }

        var days = await months.ListDaysAsync(accountId, unitId, data.Shown, cancellationToken);
        var ofMonth = await claims.ListMonthAsync(accountId, unitId, data.Shown, cancellationToken);
        var restated = await restatements.ListMonthAsync(accountId, unitId, data.Shown, cancellationToken);
        var resolved = new Dictionary<string, StoredResolution>(StringComparer.Ordinal);
        foreach (var claim in ofMonth.Where(claim => claim.Decision == CreditDecision.Review))
        {
            if (await resolutions.GetAsync(accountId, claim.ClaimId, cancellationToken) is { } resolution)
            {
                resolved.Add(claim.ClaimId, resolution);
            }
        }

        var shown = data.Assess(unitId, data.Shown);
        return new UnitView(
            account.Name, shown, ofMonth, restated, data.Choices,
            [.. days.Select(day => day with { Counts = day.Counts.By(shown.Figures.Reading) })], History(data, unitId),
            $"ITU-T {Narrowband.ModelName.ToUpperInvariant()}, {Narrowband.ModelVersion}")
        {
            Resolutions = resolved,
        };
    }

    private static IReadOnlyList<AssessedMonth> History(AccountData data, string unitId) =>
        [.. data.Trend.Select(month => data.Assess(unitId, month))];

    private async Task<AccountData> ReadAsync(
        AccountBook book, Account account, ServiceMonth? month, CancellationToken cancellationToken)
    {
        var sums = await months.ListAccountMonthsAsync(account.AccountId, cancellationToken);
        var policyBook = await policies.GetAsync(cancellationToken);
        var usage = await stored.UsageOfAccountAsync(
            account.AccountId, StoredContractData.SourcesOf(policyBook), cancellationToken);
        var versions = await stored.AssessmentsOfAccountAsync(account.AccountId, cancellationToken);
        var paid = (await ledger.ListAccountAsync(account.AccountId, cancellationToken))
            .Where(entry => entry is { State: LedgerEntryState.Posted, Claim.Kind: LedgerEntryKind.MosCredit })
            .GroupBy(entry => (entry.Claim.UnitId, entry.Claim.ServiceMonth))
            .ToDictionary(entries => entries.Key, entries => entries.Sum(entry => entry.Amount));
        var sets = usage.Sets.ToList();
        var current = account.Calendar.MonthOf(Instant.FromDateTimeOffset(time.GetUtcNow()));
        var shown = month ?? current;
        var counts = sums.ToDictionary(sum => (sum.UnitId, sum.Month), sum => sum.Counts);

        // The trend ends with the later of now and the shown month, and begins where there is something to show.
        var known = counts.Keys.Select(key => key.Month).Concat(sets.Select(set => set.Month)).ToHashSet();
        var last = shown > current ? shown : current;
        var first = known.Count > 0 && known.Min() < shown ? known.Min() : shown;
        var choices = known.Append(current).Append(current.Previous).Append(shown).Distinct()
            .OrderDescending().Take(TrendMonths).ToList();
        first = last.MonthsSince(first) >= TrendMonths ? last.Plus(1 - TrendMonths) : first;
        if (shown < first)
        {
            (first, last) = (shown, shown.Plus(TrendMonths - 1));
        }

        var trend = Enumerable.Range(0, last.MonthsSince(first) + 1).Select(first.Plus).ToList();
        var unitIds = book.Units.Where(unit => unit.AccountId == account.AccountId).Select(unit => unit.UnitId)
            .Union(counts.Keys.Select(key => key.UnitId)).Union(sets.Select(set => set.UnitId))
            .ToHashSet(StringComparer.Ordinal);

        return new AccountData(shown, choices, trend, unitIds, (unitId, ofMonth) => Assess(
            book, account, unitId, ofMonth, counts.GetValueOrDefault((unitId, ofMonth)),
            usage, versions.GetValueOrDefault((unitId, ofMonth)), policyBook.InForce(account.AccountId, ofMonth)) with
            {
                Paid = paid.TryGetValue((unitId, ofMonth), out var amount) ? amount : null,
            });
    }

    private AssessedMonth Assess(
        AccountBook book, Account account, string unitId, ServiceMonth month, CallCounts counts,
        KnownUsage usage, CreditAssessment? assessment, ContractPolicy policy)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var known = usage.BaseOf(
            new UsageSet(account.AccountId, unitId, MosCredit.ExpectedBaseMonth(month, policy)), policy, now);
        var figures = MonthlyEligibility.Of(
            month, account.Calendar, counts.By(policy.MosReading).ToUnitMonthCalls(), known.Base, now, policy, known.IsBarred);
        var name = book.FindUnit(unitId) is { } unit && unit.AccountId == account.AccountId ? unit.Name : unitId;
        var holds = assessment is not null && StoredContractData.Holds(assessment, figures);
        var published = !holds && assessment is not null ? PublishedOf(assessment, figures, policy) : null;
        return new AssessedMonth(
            account.AccountId, unitId, name, account.Calendar.ZoneOf(month), published ?? figures,
            holds || published is not null ? assessment!.Version : null)
        {
            IsAssessmentDue = !holds,
        };
    }

    // What a closed month was published with stands until it is restated. By another policy or calendar the old figures
    // cannot be explained on the page; then the new ones are shown, without a version.
    private static MonthlyEligibility? PublishedOf(
        CreditAssessment assessment, MonthlyEligibility figures, ContractPolicy policy) =>
        assessment.State != MonthState.Closed || figures.State != MonthState.Closed
            || assessment.PolicyDigest != figures.PolicyDigest
            || assessment.TimeZoneDatabaseVersion != figures.TimeZoneDatabaseVersion
            || assessment.PeriodStart != figures.Period.Start || assessment.PeriodEnd != figures.Period.End
            ? null
            : figures with
            {
                Calls = assessment.Calls,
                Tier = MosTier.ForMonth(assessment.Calls.AnsweredCount, assessment.Calls.Mean, policy.MosBounds),
                CoveragePercent = assessment.CoveragePercent,
                Base = assessment.Base,
                CreditIfClaimed = assessment.CreditIfClaimed,
            };

    private sealed record AccountData(
        ServiceMonth Shown,
        IReadOnlyList<ServiceMonth> Choices,
        IReadOnlyList<ServiceMonth> Trend,
        IReadOnlySet<string> UnitIds,
        Func<string, ServiceMonth, AssessedMonth> Assess);
}
