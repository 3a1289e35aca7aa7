using VoiceQuality.Service.Api;
using VoiceQuality.Quality.Signalling;

namespace VoiceQuality.Service.Signalling;

/// <summary>A report as CSV: integers alone, from which every share and mean can be made.</summary>
internal static class SignallingCsv
{
    private static readonly (string Name, Func<SignallingCounters, long> Value)[] Columns =
    [
        ("attempts", sums => sums.Attempts),
        ("answered", sums => sums.Answered),
        ("redirected", sums => sums.Redirected),
        ("declined", sums => sums.Declined),
        ("ineffective", sums => sums.Ineffective),
        ("notAnsweredByUser", sums => sums.NotAnsweredByUser),
        ("completed", sums => sums.Completed),
        ("retransmissions", sums => sums.Retransmissions),
        ("challenges", sums => sums.Challenges),
        ("talkCount", sums => sums.Talk.Count),
        ("talkSumUs", sums => sums.Talk.SumUs),
        ("pddCount", sums => sums.PostDial.Count),
        ("pddSumUs", sums => sums.PostDial.SumUs),
        ("ringTimeCount", sums => sums.Ringing.Count),
        ("ringTimeSumUs", sums => sums.Ringing.SumUs),
        ("srdCount", sums => sums.RequestDelay.Count),
        ("srdSumUs", sums => sums.RequestDelay.SumUs),
        ("failedSrdCount", sums => sums.FailedRequestDelay.Count),
        ("failedSrdSumUs", sums => sums.FailedRequestDelay.SumUs),
        ("sddCount", sums => sums.DisconnectDelay.Count),
        ("sddSumUs", sums => sums.DisconnectDelay.SumUs),
        ("partlyKnown", sums => sums.Partial),
    ];

    /// <summary>Header line and one line each, ended by CR LF. What went over none that is known has no id.</summary>
    public static string Write(SignallingReport report)
    {
        var csv = new CsvWriter().Text("by").Text("id").Text("name").Text("accountId").Text("from").Text("to");
        foreach (var (name, _) in Columns)
        {
            csv.Text(name);
        }

        csv.EndLine();
        foreach (var line in report.Lines)
        {
            Write(csv, report.Search, line.Id, line.Name, line.AccountId, line.Sums);
        }

        if (report.Unmapped.Attempts > 0)
        {
            Write(csv, report.Search, null, null, null, report.Unmapped);
        }

        return csv.ToString();
    }

    private static void Write(
        CsvWriter csv, SignallingSearch search, string? id, string? name, string? accountId, SignallingCounters sums)
    {
        csv.Text(search.ByName).Text(id).Text(name).Text(accountId)
            .Text(Wire.Time(search.From)).Text(Wire.Time(search.To));
        foreach (var (_, value) in Columns)
        {
            csv.Number(value(sums));
        }

        csv.EndLine();
    }
}
