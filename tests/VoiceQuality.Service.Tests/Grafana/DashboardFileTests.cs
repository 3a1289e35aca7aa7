using System.Text.Json;
using System.Text.RegularExpressions;

namespace VoiceQuality.Service.Tests.Grafana;

public sealed class DashboardFileTests
{
    public static TheoryData<string, string> AllFiles()
    {
        var files = new TheoryData<string, string>();

        foreach (var kind in new[] { "prometheus", "influxdb" })
        {
            foreach (var file in Dashboards.Files(kind))
            {
                files.Add(kind, file);
            }
        }

        return files;
    }

    [Fact]
    public void Both_data_sources_have_an_overview_and_units()
    {
        Assert.Equal(2, Dashboards.Files("prometheus").Count());
        Assert.Equal(2, Dashboards.Files("influxdb").Count());
    }

    [Theory]
    [MemberData(nameof(AllFiles))]
    public void Each_panel_says_what_it_shows_and_takes_the_data_source_that_was_chosen(string kind, string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        Assert.True(json.RootElement.GetProperty("schemaVersion").GetInt32() >= 36);
        Assert.True(json.RootElement.GetProperty("id").ValueKind == JsonValueKind.Null);
        Assert.Contains(
            json.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray(),
            variable => variable.GetProperty("type").GetString() == "datasource"
                && variable.GetProperty("query").GetString() == kind);

        foreach (var panel in Dashboards.Panels(json))
        {
            Assert.False(string.IsNullOrWhiteSpace(panel.GetProperty("title").GetString()));
            Assert.False(string.IsNullOrWhiteSpace(panel.GetProperty("description").GetString()));
            Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray());
            Assert.NotEmpty(panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!);
        }

        var uids = Regex.Matches(File.ReadAllText(file), "\"uid\": \"([^\"]*)\"").Select(match => match.Groups[1].Value);
        Assert.All(uids, uid => Assert.Equal("${datasource}", uid));
    }

    [Theory]
    [MemberData(nameof(AllFiles))]
    public void Panels_do_not_overlap(string kind, string file)
    {
        Assert.NotEmpty(kind);
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        var cells = new HashSet<(int X, int Y)>();

        foreach (var position in json.RootElement.GetProperty("panels").EnumerateArray()
            .Select(panel => panel.GetProperty("gridPos")))
        {
            var (x, y) = (position.GetProperty("x").GetInt32(), position.GetProperty("y").GetInt32());
            var (w, h) = (position.GetProperty("w").GetInt32(), position.GetProperty("h").GetInt32());
            Assert.InRange(x + w, 1, 24);

            for (var i = 0; i < w * h; i++)
            {
                Assert.True(cells.Add((x + (i % w), y + (i / w))), $"two panels at {x}, {y}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllFiles))]
    public void Colours_of_a_monthly_score_change_at_the_rows_of_the_contract(string kind, string file)
    {
        Assert.NotEmpty(kind);
        using var json = JsonDocument.Parse(File.ReadAllText(file));

        foreach (var panel in Dashboards.Panels(json).Where(panel =>
            panel.GetProperty("title").GetString()!.StartsWith("Mean MOS", StringComparison.Ordinal)))
        {
            // Contract rule R-01: 3.0, 3.25, 3.5, 3.9.
            Assert.Equal(
                [3.0, 3.25, 3.5, 3.9],
                panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("thresholds")
                    .GetProperty("steps").EnumerateArray().Skip(1).Select(step => step.GetProperty("value").GetDouble()));
        }
    }
}
