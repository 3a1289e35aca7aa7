using System.Globalization;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.TrustPage;

namespace VoiceQuality.Service.Api;

/// <summary>Credits as CSV: the same lines and names as in JSON.</summary>
internal static class CreditsCsv
{
    private static readonly string[] Columns =
    [
        "accountId", "unitId", "unitName", "month", "periodStart", "periodEnd", "answered", "scored", "coveragePercent",
        "meanMos", "sumMosE4", "row", "percent", "usageBilling", "credit", "status", "reason", "closesAt", "claimBefore",
        "assessmentVersion", "policyVersion", "policyDigest", "tzdbVersion",
        "assessmentDue", "scoreBasis", "widebandCalls",
    ];

    /// <summary>Header line and one line per unit, each ended by CR LF.</summary>
    public static string Write(IEnumerable<AssessedMonth> units)
    {
        var csv = new CsvWriter();
        foreach (var column in Columns)
        {
            csv.Text(column);
        }

        csv.EndLine();
        foreach (var unit in units)
        {
            var line = CreditLine.Of(unit);
            csv.Text(line.AccountId).Text(line.UnitId).Text(line.UnitName).Text(line.Month)
                .Text(line.PeriodStart).Text(line.PeriodEnd)
                .Number(line.Answered).Number(line.Scored).Number(line.CoveragePercent)
                .Number(line.MeanMos is null ? null : decimal.Parse(line.MeanMos, CultureInfo.InvariantCulture))
                .Number(line.SumMosE4).Text(line.Row).Number(line.Percent)
                .Amount(unit.Figures.Base.Amount).Amount(unit.Figures.CreditIfClaimed)
                .Text(line.Status).Text(line.Reason).Text(line.ClosesAt).Text(line.ClaimBefore)
                .Number(line.AssessmentVersion).Text(line.PolicyVersion).Text(line.PolicyDigest).Text(line.TzdbVersion)
                .Text(line.AssessmentDue ? "true" : "false").Text(line.ScoreBasis).Text(line.WidebandCalls).EndLine();
        }

        return csv.ToString();
    }
}
