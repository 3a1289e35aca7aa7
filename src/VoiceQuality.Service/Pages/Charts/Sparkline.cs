using System.Text;
using Microsoft.AspNetCore.Html;

namespace VoiceQuality.Service.Pages.Charts;

/// <summary>A trend the size of a word, for table cells; the table has the figures.</summary>
internal static class Sparkline
{
    private const double Width = 96;
    private const double Height = 24;
    private const decimal Threshold = 3.9m;

    /// <summary>Draws it.</summary>
    public static IHtmlContent Render(IReadOnlyList<MosPoint> points, string label)
    {
        var svg = new SvgWriter("spark", Width, Height, label);
        svg.Line("threshold", 0, Y(Threshold), Width, Y(Threshold));
        var path = new StringBuilder();
        var isDrawing = false;
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i].Mos is { } mos)
            {
                path.Append(isDrawing ? 'L' : 'M').Append(SvgWriter.Number(X(i, points.Count))).Append(' ')
                    .Append(SvgWriter.Number(Y(mos)));
            }

            isDrawing = points[i].Mos is not null;
        }

        if (path.Length > 0)
        {
            svg.Path("trend", path.ToString());
        }

        for (var i = 0; i < points.Count; i++)
        {
            if (points[i] is { IsCurrent: true, Mos: { } mos })
            {
                svg.Circle("point", X(i, points.Count), Y(mos), 3.5);
            }
        }

        return svg.Finish();
    }

    /// <summary>Draws shares of 0 to 100 percent; null is a gap.</summary>
    public static IHtmlContent RenderPercent(IReadOnlyList<double?> points, string label)
    {
        var svg = new SvgWriter("spark", Width, Height, label);
        var path = new StringBuilder();
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i] is not { } percent)
            {
                continue;
            }

            var (x, y) = (X(i, points.Count), Height - 4 - (percent / 100 * (Height - 8)));
            var hasBefore = i > 0 && points[i - 1] is not null;
            if (hasBefore || (i + 1 < points.Count && points[i + 1] is not null))
            {
                path.Append(hasBefore ? 'L' : 'M').Append(SvgWriter.Number(x)).Append(' ').Append(SvgWriter.Number(y));
            }
            else
            {
                svg.Circle("point", x, y, 1.5);
            }
        }

        if (path.Length > 0)
        {
            svg.Path("trend", path.ToString());
        }

        return svg.Finish();
    }

    private static double X(int index, int count) => 5 + ((Width - 10) * index / Math.Max(1, count - 1));

    // 2.5 to 4.5: what lies below is as bad as it gets.
    private static double Y(decimal mos) => Height - 4 - ((double)(Math.Clamp(mos, 2.5m, 4.5m) - 2.5m) / 2 * (Height - 8));
}
