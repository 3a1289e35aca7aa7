using System.Text.Json;

namespace VoiceQuality.Service.Tests.Grafana;

/// <summary>One query of a dashboard with its variables put in, as Grafana would send it.</summary>
/// <param name="Dashboard">File name.</param>
/// <param name="Panel">Title of the panel, or name of the variable.</param>
/// <param name="Text">PromQL or InfluxQL.</param>
public sealed record DashboardQuery(string Dashboard, string Panel, string Text);

/// <summary>The dashboards of this repository.</summary>
internal static class Dashboards
{
    public static string Folder { get; } = Find();

    public static IEnumerable<string> Files(string kind) =>
        Directory.GetFiles(Path.Combine(Folder, "dashboards"), $"*-{kind}.json").Order(StringComparer.Ordinal);

    public static IEnumerable<JsonElement> Panels(JsonDocument dashboard) =>
        dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.GetProperty("type").GetString() != "row");

    /// <summary>Every query of every panel for one kind of data source.</summary>
    public static List<DashboardQuery> Queries(string kind)
    {
        var field = kind == "prometheus" ? "expr" : "query";
        var queries = new List<DashboardQuery>();

        foreach (var file in Files(kind))
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));

            foreach (var panel in Panels(json))
            {
                queries.AddRange(panel.GetProperty("targets").EnumerateArray().Select(target => new DashboardQuery(
                    Path.GetFileName(file),
                    panel.GetProperty("title").GetString()!,
                    Substitute(target.GetProperty(field).GetString()!))));
            }
        }

        return queries;
    }

    private static string Substitute(string query) => query
        .Replace("$__rate_interval", "5m", StringComparison.Ordinal)
        .Replace("$__interval", IntervalOf(query), StringComparison.Ordinal)
        .Replace("$timeFilter", "time > now() - 70d AND time < now() + 1h", StringComparison.Ordinal)
        .Replace("$account", ".*", StringComparison.Ordinal)
        .Replace("$unit", ".*", StringComparison.Ordinal);

    // The past of a demonstration is weeks long and thin, and a percentile of a few values is none; what the service
    // says of itself began a moment ago.
    private static string IntervalOf(string query) =>
        query.Contains("vq_service", StringComparison.Ordinal) || query.Contains("vq_reject", StringComparison.Ordinal)
            ? "2s"
            : query.Contains("percentile", StringComparison.Ordinal) ? "60d" : "1d";

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);

        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "grafana")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(
            folder?.FullName ?? throw new DirectoryNotFoundException("no folder above the tests has grafana"), "grafana");
    }
}
