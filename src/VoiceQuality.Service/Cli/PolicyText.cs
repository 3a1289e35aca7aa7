using System.Globalization;
using System.Text.Json;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Policies;

namespace VoiceQuality.Service.Cli;

/// <summary>How the verbs of policies write.</summary>
internal static class PolicyText
{
    private const string Unknown = "?";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, NewLine = "\n",
    };

    /// <summary>What is and was in force, one line each.</summary>
    public static void WriteList(TextWriter output, IReadOnlyList<StoredPolicy> stored)
    {
        var response = PoliciesResponse.Of(stored);
        WriteColumns(
            output,
            [
                ["account", "from", "to", "version", "digest", "recorded"],
                ["(all)", "-", "-", response.BuiltIn.Version, response.BuiltIn.Digest, "built in"],
                .. response.Policies.Select(policy => (string[])
                [
                    policy.AccountId ?? "(all)",
                    policy.From,
                    policy.IsSuperseded ? "superseded" : policy.To ?? "-",
                    policy.Version,
                    policy.Digest,
                    policy.RecordedAt,
                ]),
            ],
            rightFrom: int.MaxValue);
    }

    /// <summary>Both readings side by side, then the totals.</summary>
    public static void WriteTable(
        TextWriter output, ServiceMonth month, ContractPolicy policy, PolicyComparison comparison)
    {
        output.WriteLine($"{month}: the policy in force, and {policy.Version} ({policy.Digest})");

        // Where both read the calls alike, both have one mean.
        var hasMeans = comparison.Lines.Any(line => line.InForce.Figures.Reading != line.Other.Figures.Reading);
        WriteColumns(
            output,
            [
                [
                    "account", "unit", "in force", "mean", "row", "%", "credit", .. Means("coverage", "mean"), "row", "%",
                    "credit", "difference",
                ],
                .. comparison.Lines.Select(line => (string[])
                [
                    line.InForce.AccountId, line.InForce.UnitId, line.InForce.Figures.PolicyVersion,
                    line.InForce.Figures.Tier.Display ?? Unknown, .. Cells(line.InForce),
                    .. Means(Coverage(line.Other), line.Other.Figures.Tier.Display ?? Unknown), .. Cells(line.Other),
                    Wire.Money(line.Difference) ?? Unknown,
                ]),
                [
                    "total", "", "", "", "", "", Wire.Money(comparison.InForceSum)!, .. Means("", ""), "", "",
                    Wire.Money(comparison.OtherSum)!, Wire.Money(comparison.OtherSum - comparison.InForceSum)!,
                ],
            ],
            rightFrom: 3);

        string[] Means(string coverage, string mean) => hasMeans ? [coverage, mean] : [];

        if (comparison.UnknownCount > 0)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Units in no total, for a credit is not known: {comparison.UnknownCount}."));
        }
    }

    /// <summary>The same for programs.</summary>
    public static void WriteJson(
        TextWriter output, ServiceMonth month, ContractPolicy policy, PolicyComparison comparison) =>
        output.WriteLine(JsonSerializer.Serialize(
            new
            {
                Month = month.ToString(),
                Other = new PolicyName(policy.Version, policy.Digest),
                Lines = comparison.Lines.Select(line => new
                {
                    line.InForce.AccountId,
                    line.InForce.UnitId,
                    MeanMos = line.InForce.Figures.Tier.Display,
                    InForce = Side(line.InForce),
                    Other = Side(line.Other),
                    Difference = Wire.Money(line.Difference),
                }),
                Totals = new
                {
                    InForce = Wire.Money(comparison.InForceSum),
                    Other = Wire.Money(comparison.OtherSum),
                    Difference = Wire.Money(comparison.OtherSum - comparison.InForceSum),
                    comparison.UnknownCount,
                },
            },
            Options));

    private static object Side(AssessedMonth line) => new
    {
        line.Figures.PolicyVersion,
        line.Figures.PolicyDigest,
        ScoreBasis = WireName.Of(line.Figures.Reading.Basis),
        WidebandCalls = WireName.Of(line.Figures.Reading.Wideband),
        Answered = line.Figures.Calls.AnsweredCount,
        Scored = line.Figures.Calls.Mean.CallCount,
        line.Figures.CoveragePercent,
        MeanMos = line.Figures.Tier.Display,
        Row = Wire.Row(line.Figures.Tier),
        Percent = Wire.Percent(line.Figures.Tier),
        UsageBilling = Wire.Money(line.Figures.Base.Amount),
        Credit = Wire.Money(line.Figures.CreditIfClaimed),
        line.Reason,
    };

    private static string Coverage(AssessedMonth line) =>
        line.Figures.CoveragePercent?.ToString("0.00 '%'", CultureInfo.InvariantCulture) ?? Unknown;

    private static string[] Cells(AssessedMonth line) =>
    [
        Wire.Row(line.Figures.Tier) ?? Unknown,
        Wire.Percent(line.Figures.Tier)?.ToString(CultureInfo.InvariantCulture) ?? Unknown,
        Wire.Money(line.Figures.CreditIfClaimed) ?? Unknown,
    ];

    private static void WriteColumns(TextWriter output, IReadOnlyList<string[]> rows, int rightFrom)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length)).ToArray();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, i) => i >= rightFrom ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}
