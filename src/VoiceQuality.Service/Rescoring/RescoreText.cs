using System.Globalization;
using System.Text.Json;
using VoiceQuality.Monitor.Rescoring;
using VoiceQuality.Service.Api;
using VoiceQuality.Sla.Credits;

namespace VoiceQuality.Service.Rescoring;

/// <summary>How the verb <c>rescore</c> writes what it found.</summary>
internal static class RescoreText
{
    private const string Unknown = "?";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, NewLine = "\n",
    };

    private static readonly string[] Columns =
    [
        "month", "accountId", "unitId", "calls", "scoredBefore", "scoredAfter", "meanBefore", "meanAfter", "difference",
        "rowBefore", "rowAfter", "creditBefore", "creditAfter", "creditDifference", "changed", "kept",
    ];

    public static void WriteTable(TextWriter output, RescoreReport report)
    {
        output.WriteLine($"By the scoring policy {report.Policy.Id} ({report.Policy.Digest})");
        string[][] rows =
        [
            [
                "month", "account", "unit", "calls", "scored", "mean", "scored", "mean", "difference", "row", "credit",
                "row", "credit", "difference",
            ],
            .. report.Units.Select(static unit => (string[])
            [
                unit.Month.ToString(), unit.AccountId, unit.UnitId, Count(unit.Sums.Calls),
                Count(unit.Sums.ScoredBefore), Mean(unit.Sums.MeanBefore),
                Count(unit.Sums.ScoredAfter), Mean(unit.Sums.MeanAfter), Mean(unit.Sums.Difference),
                RowOf(unit.Before) ?? Unknown, Wire.Money(unit.Before?.CreditIfClaimed) ?? Unknown,
                RowOf(unit.After) ?? Unknown, Wire.Money(unit.After?.CreditIfClaimed) ?? Unknown,
                Wire.Money(unit.CreditDifference) ?? Unknown,
            ]),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length)).ToArray();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, i) => i >= 3 ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }

        output.WriteLine($"{Count(report.Calls)} calls looked at, {Count(report.Changed)} with another score or reason; "
            + $"credits differ by {Wire.Money(report.CreditDifference)} US dollars.");
        foreach (var (obstacle, calls) in report.Kept)
        {
            output.WriteLine($"{Count(calls)} calls keep their score: {WireName(obstacle)}.");
        }

        if (report.ByEmulation > 0)
        {
            output.WriteLine($"{Count(report.ByEmulation)} calls were scored by a buffer emulated beside the first one.");
        }

        if (report.UnknownCount > 0)
        {
            output.WriteLine($"Units in no total, for a credit is not known: {Count(report.UnknownCount)}.");
        }
    }

    public static void WriteJson(TextWriter output, RescoreReport report, bool isApplied) =>
        output.WriteLine(JsonSerializer.Serialize(
            new
            {
                Policy = report.Policy.Name,
                IsApplied = isApplied,
                report.Calls,
                report.Changed,
                report.ByEmulation,
                Kept = report.Kept.ToDictionary(static entry => WireName(entry.Key), static entry => entry.Value),
                Units = report.Units.Select(static unit => new
                {
                    Month = unit.Month.ToString(),
                    unit.AccountId,
                    unit.UnitId,
                    unit.Sums.Calls,
                    unit.Sums.ScoredBefore,
                    unit.Sums.ScoredAfter,
                    unit.Sums.MeanBefore,
                    unit.Sums.MeanAfter,
                    unit.Sums.Difference,
                    RowBefore = RowOf(unit.Before),
                    RowAfter = RowOf(unit.After),
                    CreditBefore = Wire.Money(unit.Before?.CreditIfClaimed),
                    CreditAfter = Wire.Money(unit.After?.CreditIfClaimed),
                    CreditDifference = Wire.Money(unit.CreditDifference),
                    unit.Sums.Changed,
                    unit.Sums.Kept,
                    ScoreBasis = unit.Before is null ? null : Sla.WireName.Of(unit.Before.Reading.Basis),
                    WidebandCalls = unit.Before is null ? null : Sla.WireName.Of(unit.Before.Reading.Wideband),
                }),
                CreditDifference = Wire.Money(report.CreditDifference),
                report.UnknownCount,
            },
            Options));

    public static void WriteCsv(TextWriter output, RescoreReport report)
    {
        var csv = new CsvWriter();
        foreach (var column in Columns)
        {
            csv.Text(column);
        }

        csv.EndLine();
        foreach (var unit in report.Units)
        {
            csv.Text(unit.Month.ToString()).Text(unit.AccountId).Text(unit.UnitId).Number(unit.Sums.Calls)
                .Number(unit.Sums.ScoredBefore).Number(unit.Sums.ScoredAfter)
                .Number(unit.Sums.MeanBefore).Number(unit.Sums.MeanAfter).Number(unit.Sums.Difference)
                .Text(RowOf(unit.Before)).Text(RowOf(unit.After))
                .Amount(unit.Before?.CreditIfClaimed).Amount(unit.After?.CreditIfClaimed).Amount(unit.CreditDifference)
                .Number(unit.Sums.Changed).Number(unit.Sums.Kept).EndLine();
        }

        output.Write(csv.ToString());
    }

    /// <summary>The name outside the program, in camelCase.</summary>
    public static string WireName(RescoreObstacle obstacle) =>
        JsonNamingPolicy.CamelCase.ConvertName(obstacle.ToString());

    private static string? RowOf(MonthlyEligibility? figures) => figures is null ? null : Wire.Row(figures.Tier);

    private static string Count(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Mean(decimal? value) =>
        value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? Unknown;
}
