using System.Text.Encodings.Web;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Html;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Pages.Charts;

namespace VoiceQuality.Service.Tests.TrustPage;

public class ChartTests
{
    [Fact]
    public void A_place_without_a_score_breaks_the_line_and_is_no_zero()
    {
        var svg = Parse(MosChart.Render(
            [new("1", 4.0m, "a"), new("2", 4.1m, "b"), new("3", null, "c"), new("4", 4.2m, "d")], "label"));
        var trend = Classed(svg, "trend").Single().Attribute("d")!.Value;
        Assert.Equal(2, trend.Count(c => c == 'M'));
        Assert.Equal(1, trend.Count(c => c == 'L'));
        Assert.Equal(3, Classed(svg, "point").Count());
        Assert.Single(Classed(svg, "gap"));
    }

    [Fact]
    public void The_threshold_lies_where_3_9_is_between_the_bands()
    {
        var svg = Parse(MosChart.Render([new("1", 4.0m, "a")], "label"));
        var threshold = (double)Classed(svg, "threshold").Single().Attribute("y1")!;
        var noCredit = Classed(svg, "band-0").Single();
        Assert.Equal(threshold, (double)noCredit.Attribute("y")! + (double)noCredit.Attribute("height")!, 1);
        Assert.Equal(threshold, (double)Classed(svg, "band-10").Single().Attribute("y")!, 1);

        // From 3.0 to 4.5, 3.9 is at 0.6 of the height: 14 + 0.4 × (240 - 14 - 30) = 92.4.
        Assert.Equal(92.4, threshold, 1);
    }

    [Fact]
    public void Bars_stand_on_each_other_and_are_as_high_as_their_value()
    {
        var svg = Parse(BarChart.Render(
            [new("1", [6, 2], "a"), new("2", [], "b")], ["bar-loss", "bar-discard"], 2, "", "label", 140));
        var loss = Classed(svg, "bar-loss").Single();
        var late = Classed(svg, "bar-discard").Single();

        // Marks at 0, 2, 4, 6, 8 on 140 - 12 - 28 = 100 units: 6 is 75 high, 2 is 25.
        Assert.Equal(75, (double)loss.Attribute("height")!, 1);
        Assert.Equal(25, (double)late.Attribute("height")!, 1);
        Assert.Equal((double)loss.Attribute("y")!, (double)late.Attribute("y")! + 25, 1);
    }

    [Fact]
    public void Any_text_at_all_leaves_a_chart_well_formed() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            var clean = new string(
                [.. text.Get.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c < '\uFFFE')]);
            var svg = Parse(MosChart.Render([new(clean, 4m, clean)], clean));
            return (svg.Attribute("aria-label")?.Value ?? "") == clean
                && svg.Descendants().All(e => e.Attribute("style") is null);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Text_cells_never_begin_like_a_formula_and_amounts_are_never_guarded() =>
        Prop.ForAll<string, decimal>(ReadsAsGuardedText).QuickCheckThrowOnFailure();

    // A quotation mark of the text itself is its first character, and no formula begins with one.
    [Theory]
    [InlineData("\"=1+1")]
    [InlineData("=\"\"")]
    [InlineData("\t\"x")]
    [InlineData("\"")]
    public void Quotes_of_the_text_are_told_from_quotes_of_the_cell(string text) =>
        Assert.True(ReadsAsGuardedText(text, -1.5m));

    private static bool ReadsAsGuardedText(string? text, decimal amount)
    {
        var read = Unquote(new CsvWriter().Text(text).ToString());
        var isGuarded = text is { Length: > 0 } && "=+-@\t\r\n\0".Contains(text[0], StringComparison.Ordinal);
        return read == (isGuarded ? "'" : "") + text
            && !new CsvWriter().Amount(amount).ToString().Contains('\'', StringComparison.Ordinal);
    }

    /// <summary>What a reader of RFC 4180 makes of one cell.</summary>
    private static string Unquote(string cell) =>
        cell is ['"', .. var quoted, '"'] ? quoted.Replace("\"\"", "\"", StringComparison.Ordinal) : cell;

    private static XElement Parse(IHtmlContent content)
    {
        using var writer = new StringWriter();
        content.WriteTo(writer, HtmlEncoder.Default);
        return XElement.Parse(writer.ToString());
    }

    private static IEnumerable<XElement> Classed(XElement svg, string name) =>
        svg.Descendants().Where(element => element.Attribute("class")?.Value.Split(' ').Contains(name) == true);
}
