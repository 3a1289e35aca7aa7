using System.Globalization;
using Microsoft.AspNetCore.Html;

namespace VoiceQuality.Service.Pages.Charts;

/// <summary>One bar of a <see cref="BarChart"/>.</summary>
/// <param name="Label">What stands under the axis; empty for none.</param>
/// <param name="Parts">Heights of its parts from the bottom, 0 or more; empty where nothing is known.</param>
/// <param name="Title">What the pointer shows.</param>
internal sealed record Bar(string Label, IReadOnlyList<double> Parts, string Title);

/// <summary>Stacked bars over days or intervals, from zero.</summary>
internal static class BarChart
{
    private const double Left = 52;
    private const double Right = 12;
    private const double Top = 12;
    private const double Bottom = 28;
    private const double CharacterWidth = 7.5;

    /// <summary>Draws the chart.</summary>
    /// <param name="bars">In order; any number.</param>
    /// <param name="partClasses">Class of each part, from the bottom.</param>
    /// <param name="smallestScale">
    /// The axis reaches at least this far, so that noise does not look like a fault.
    /// </param>
    /// <param name="unit">Unit on the axis, such as "%"; may be empty.</param>
    /// <param name="label">Text alternative.</param>
    /// <param name="height">User units.</param>
    /// <param name="width">User units; one of <see cref="ChartWidth"/>.</param>
    public static IHtmlContent Render(
        IReadOnlyList<Bar> bars, IReadOnlyList<string> partClasses, double smallestScale, string unit, string label,
        double height = 150, double width = ChartWidth.Full)
    {
        var svg = new SvgWriter(ChartWidth.ClassOf(width), width, height, label);
        var largest = bars.Count == 0 ? 0 : bars.Max(bar => bar.Parts.Sum());
        var step = StepOf(Math.Max(largest, smallestScale));
        var scale = Math.Max(step, step * Math.Ceiling(Math.Max(largest, smallestScale) / step));
        var plot = height - Top - Bottom;

        for (var mark = 0.0; mark <= scale * 1.0001; mark += step)
        {
            var y = height - Bottom - (mark / scale * plot);
            svg.Line(mark == 0 ? "axis" : "grid-line", Left, y, width - Right, y);
            svg.Text("", Left - 8, y + 4, string.Create(CultureInfo.InvariantCulture, $"{mark:#,0.##}{unit}"), "end");
        }

        var slot = (width - Left - Right) / Math.Max(1, bars.Count);
        var lastLabel = double.NegativeInfinity;
        for (var i = 0; i < bars.Count; i++)
        {
            var centre = Left + (slot * (i + 0.5));
            var thickness = Math.Min(26, slot * 0.72);
            var y = height - Bottom;
            for (var part = 0; part < bars[i].Parts.Count; part++)
            {
                var size = bars[i].Parts[part] / scale * plot;
                y -= size;
                if (size > 0)
                {
                    svg.Rect(partClasses[part], centre - (thickness / 2), y, thickness, size, bars[i].Title);
                }
            }

            if (bars[i].Label.Length > 0 && centre - lastLabel >= (bars[i].Label.Length * CharacterWidth) + 10)
            {
                svg.Text("", centre, height - 9, bars[i].Label, "middle");
                lastLabel = centre;
            }
        }

        return svg.Finish();
    }

    // 1, 2 or 5 times a power of ten, so that three to six marks fit.
    private static double StepOf(double range)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(range / 3)));
        var ratio = range / 3 / power;
        return power * (ratio >= 5 ? 5 : ratio >= 2 ? 2 : 1);
    }
}
