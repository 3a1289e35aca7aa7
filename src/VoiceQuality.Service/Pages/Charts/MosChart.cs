using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Html;
using VoiceQuality.Sla.Credits;

namespace VoiceQuality.Service.Pages.Charts;

/// <summary>One place on the axis of a <see cref="MosChart"/>.</summary>
/// <param name="Label">What stands under the axis; empty for none.</param>
/// <param name="Mos">MOS, 1 to 5; null where there is none, which leaves a gap and never a zero.</param>
/// <param name="Title">What the pointer shows.</param>
/// <param name="IsCurrent">Whether it is the one that the page is about.</param>
internal sealed record MosPoint(string Label, decimal? Mos, string Title, bool IsCurrent = false);

/// <summary>
/// MOS over days, months or intervals, before the rows of the credit table as bands and the threshold as a line.
/// </summary>
internal static class MosChart
{
    private const double Height = 240;
    private const double Left = 44;
    private const double Right = 92;
    private const double Top = 14;
    private const double Bottom = 30;
    private const decimal Ceiling = 4.5m;
    private const double CharacterWidth = 7.5;

    /// <summary>Draws the chart.</summary>
    /// <param name="points">In order; any number.</param>
    /// <param name="label">Text alternative.</param>
    /// <param name="width">
    /// User units; one of <see cref="ChartWidth"/>, so that text keeps a size that can be read.
    /// </param>
    public static IHtmlContent Render(IReadOnlyList<MosPoint> points, string label, double width = ChartWidth.Full)
    {
        var lowest = points.Min(point => point.Mos) ?? 3.0m;
        var floor = lowest switch { >= 3.1m => 3.0m, >= 2.6m => 2.5m, >= 2.1m => 2.0m, _ => 1.0m };
        var svg = new SvgWriter(ChartWidth.ClassOf(width), width, Height, label);

        DrawBands(svg, floor, width);
        DrawScale(svg, floor, width);
        DrawTrend(svg, points, floor, width);
        DrawLabels(svg, points, width);
        return svg.Finish();
    }

    private static void DrawBands(SvgWriter svg, decimal floor, double width)
    {
        var lower = floor;
        foreach (var row in MosCreditTiers.Table)
        {
            var upper = row.UpperBoundE4 / 10_000m;
            if (upper > lower)
            {
                DrawBand(svg, lower, upper, floor, row.CreditPercent, width);
                lower = upper;
            }
        }

        DrawBand(svg, lower, Ceiling, floor, 0, width);
        var threshold = Y(MosCreditTiers.Table[^1].UpperBoundE4 / 10_000m, floor);
        svg.Line("threshold", Left, threshold, width - Right, threshold);
    }

    private static void DrawBand(
        SvgWriter svg, decimal lower, decimal upper, decimal floor, int percent, double width)
    {
        var top = Y(upper, floor);
        var height = Y(lower, floor) - top;
        svg.Rect(Inv($"band-{percent}"), Left, top, width - Left - Right, height);
        if (height >= 13)
        {
            svg.Text("", width - Right + 8, top + (height / 2) + 4, percent == 0 ? "no credit" : Inv($"{percent} % credit"));
        }
    }

    private static void DrawScale(SvgWriter svg, decimal floor, double width)
    {
        foreach (var mark in (ReadOnlySpan<decimal>)[1.0m, 2.0m, 2.5m, 3.0m, 3.5m, 3.9m, 4.5m])
        {
            if (mark >= floor)
            {
                svg.Text(mark == 3.9m ? "strong" : "", Left - 8, Y(mark, floor) + 4, Inv($"{mark:0.0}"), "end");
            }
        }

        svg.Line("axis", Left, Height - Bottom, width - Right, Height - Bottom);
    }

    private static void DrawTrend(SvgWriter svg, IReadOnlyList<MosPoint> points, decimal floor, double width)
    {
        var path = new StringBuilder();
        var isDrawing = false;
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i].Mos is { } mos)
            {
                path.Append(isDrawing ? 'L' : 'M').Append(SvgWriter.Number(X(i, points.Count, width))).Append(' ')
                    .Append(SvgWriter.Number(Y(mos, floor)));
            }

            isDrawing = points[i].Mos is not null;
        }

        if (path.Length > 0)
        {
            svg.Path("trend", path.ToString());
        }

        var radius = points.Count > 60 ? 3 : 4.5;
        for (var i = 0; i < points.Count; i++)
        {
            var point = points[i];
            if (point.Mos is { } mos)
            {
                svg.Circle(point.IsCurrent ? "point current" : "point", X(i, points.Count, width), Y(mos, floor), radius, point.Title);
            }
            else
            {
                svg.Circle("gap", X(i, points.Count, width), Height - Bottom - 7, 3, point.Title);
            }
        }
    }

    private static void DrawLabels(SvgWriter svg, IReadOnlyList<MosPoint> points, double width)
    {
        var lastX = double.NegativeInfinity;
        for (var i = 0; i < points.Count; i++)
        {
            var x = X(i, points.Count, width);
            if (points[i].Label.Length > 0 && x - lastX >= (points[i].Label.Length * CharacterWidth) + 10)
            {
                svg.Text(points[i].IsCurrent ? "strong" : "", x, Height - 10, points[i].Label, "middle");
                lastX = x;
            }
        }
    }

    private static double X(int index, int count, double width) =>
        Left + ((width - Left - Right) * (index + 0.5) / Math.Max(1, count));

    private static double Y(decimal mos, decimal floor)
    {
        var share = (double)((Math.Clamp(mos, floor, Ceiling) - floor) / (Ceiling - floor));
        return Height - Bottom - (share * (Height - Bottom - Top));
    }

    private static string Inv(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
