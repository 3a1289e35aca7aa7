using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Outages;

/// <summary>From the failures of a component to the entry of each month .</summary>
public static class OutageLines
{
    /// <summary>What remains of a component's failures: those of this decision and of the ones before it.</summary>
    public static OutageAssessment Assess(
        ComponentFacts facts, IEnumerable<string> acceptedNow, OutageSettlementInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(acceptedNow);
        ArgumentNullException.ThrowIfNull(inputs);
        var now = acceptedNow.ToHashSet(StringComparer.Ordinal);
        var failures = facts.Failures.Select(measured => measured.Failure).Where(failure => now.Contains(failure.Id)
            || facts.AcceptedBefore.Any(before => before.Is(failure, inputs.AsOf))).ToList();
        var first = failures.Count > 0 ? failures.Min(failure => failure.Start) : inputs.AsOf;
        return OutageAssessment.Of(
            failures, facts.Exclusions.Select(recorded => recorded.Exclusion), inputs.AccountId, inputs.Calendar,
            inputs.PolicyAt(first), inputs.AsOf);
    }

    /// <summary>The lines of a component.</summary>
    /// <param name="facts">The component.</param>
    /// <param name="assessment">What remains of its failures.</param>
    /// <param name="personDates">Dates that a person granted.</param>
    /// <param name="months">The months to bring up to date; null for all.</param>
    /// <param name="inputs">Everything else.</param>
    public static ImmutableArray<OutageSettlementLine> Of(
        ComponentFacts facts,
        OutageAssessment assessment,
        IReadOnlyCollection<LocalDate> personDates,
        IReadOnlySet<ServiceMonth>? months,
        OutageSettlementInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(assessment);
        ArgumentNullException.ThrowIfNull(personDates);
        ArgumentNullException.ThrowIfNull(inputs);
        ImmutableArray<LocalDate> dates = [.. assessment.Dates.Union(personDates).Order()];
        if (facts.Mrc is not { } mrc)
        {
            var unknown = dates.ToLookup(date => OutageDays.MonthOf(date, inputs.Calendar));
            return
            [
                .. unknown.Select(month => month.Key).Where(IsWanted).Order().Select(month => LineOf(
                    new OutageCreditLine(
                        facts.ComponentId, month, unknown[month].Count(), false, null, NetOf(month), null, null))),
            ];
        }

        var posted = facts.Posted.Keys.ToDictionary(month => month, NetOf);
        var statement = OutageCredit.Calculate(
            [new ComponentOutage(facts.ComponentId, mrc, facts.MrcBilled, dates, posted)],
            inputs.Calendar,
            inputs.PolicyAt(inputs.AsOf));
        return
        [
            .. statement.Lines.Select(line => line.Month).Union(months ?? new HashSet<ServiceMonth>()).Where(IsWanted)
                .Order().Select(month => LineOf(statement.Lines.FirstOrDefault(line => line.Month == month)
                    ?? new OutageCreditLine(
                        facts.ComponentId, month, 0, false, 0m, NetOf(month), -NetOf(month), null))),
        ];

        bool IsWanted(ServiceMonth month) => months is null || months.Contains(month);

        ImmutableArray<LedgerAmount> HistoryOf(ServiceMonth month) =>
            facts.Posted.TryGetValue(month, out var history) ? history : [];

        decimal NetOf(ServiceMonth month) => Restatement.NetOf(HistoryOf(month));

        OutageSettlementLine LineOf(OutageCreditLine line)
        {
            ImmutableArray<LocalDate> inMonth =
                [.. dates.Where(date => OutageDays.MonthOf(date, inputs.Calendar) == line.Month)];
            var digest = FactsOf(line, inMonth, facts.MrcBilled.TryGetValue(line.Month, out var billed) ? billed : null);
            return new OutageSettlementLine(
                line,
                inMonth,
                line.TotalSoFar is { } total ? Restatement.Of(HistoryOf(line.Month), total, digest) : null,
                new ClaimKey(
                    inputs.AccountId, facts.UnitId, line.Month, LedgerEntryKind.OutageCredit, facts.ComponentId),
                inputs.PolicyOf(line.Month).Version) { Facts = digest };
        }
    }

    private static string FactsOf(OutageCreditLine line, ImmutableArray<LocalDate> dates, decimal? billed) =>
        FactsDigest.Of(
        [
            line.ComponentId,
            line.Month.ToString(),
            string.Join(' ', dates.Select(LocalDatePattern.Iso.Format)),
            FactsDigest.Amount(billed),
            FactsDigest.Amount(line.TotalSoFar),
        ]);

    /// <summary>Why a person decides on a line that the rules do not.</summary>
    public static OutageClaimReason ReasonOf(OutageCreditLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Review switch
        {
            OutageReviewReason.BundleWithoutSplit => OutageClaimReason.BundleWithoutSplit,
            OutageReviewReason.MrcBilledUnknown => OutageClaimReason.MrcBilledUnknown,
            _ => OutageClaimReason.MrcUnknown,
        };
    }

    /// <summary>Why a line that the rules decided adds nothing.</summary>
    public static OutageClaimReason NothingBecause(OutageCreditLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Days == 0 ? OutageClaimReason.Excluded
            : line.TotalSoFar == 0 ? OutageClaimReason.NoMrc
            : OutageClaimReason.AlreadyCredited;
    }
}
