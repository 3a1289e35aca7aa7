using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;

namespace VoiceQuality.Service.Pages.Charts;

/// <summary>
/// Writes SVG with classes and presentation attributes alone, so it needs no inline style, and encodes every text.
/// </summary>
internal sealed class SvgWriter
{
    private readonly StringBuilder _svg = new(4096);

    /// <summary>Starts the picture.</summary>
    /// <param name="className">Classes next to "chart"; may be empty.</param>
    /// <param name="width">User units, which are CSS pixels at full size.</param>
    /// <param name="height">User units.</param>
    /// <param name="label">What the picture shows, for those who do not see it.</param>
    public SvgWriter(string className, double width, double height, string label)
    {
        var classes = className.Length == 0 ? "chart" : "chart " + className;
        Open("svg", ("viewBox", $"0 0 {Number(width)} {Number(height)}"), ("width", Number(width)),
            ("height", Number(height)), ("class", classes), ("role", "img"), ("aria-label", label));
    }

    /// <summary>A coordinate with at most two decimals.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Opens an element.</summary>
    public SvgWriter Open(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(name, attributes);
        _svg.Append('>');
        return this;
    }

    /// <summary>Closes the element that was opened last.</summary>
    public SvgWriter Close(string name)
    {
        _svg.Append("</").Append(name).Append('>');
        return this;
    }

    /// <summary>A straight line.</summary>
    public SvgWriter Line(string className, double x1, double y1, double x2, double y2)
    {
        Start("line", ("class", className), ("x1", Number(x1)), ("y1", Number(y1)), ("x2", Number(x2)), ("y2", Number(y2)));
        _svg.Append("/>");
        return this;
    }

    /// <summary>A rectangle; with a title it explains itself under the pointer.</summary>
    public SvgWriter Rect(string className, double x, double y, double width, double height, string? title = null)
    {
        Start("rect", ("class", className), ("x", Number(x)), ("y", Number(y)), ("width", Number(Math.Max(0, width))),
            ("height", Number(Math.Max(0, height))));
        return CloseWithTitle("rect", title);
    }

    /// <summary>A circle.</summary>
    public SvgWriter Circle(string className, double x, double y, double radius, string? title = null)
    {
        Start("circle", ("class", className), ("cx", Number(x)), ("cy", Number(y)), ("r", Number(radius)));
        return CloseWithTitle("circle", title);
    }

    /// <summary>A path or a polygon by its data.</summary>
    public SvgWriter Path(string className, string data)
    {
        Start("path", ("class", className), ("d", data));
        _svg.Append("/>");
        return this;
    }

    /// <summary>A line of text.</summary>
    /// <param name="className">Classes.</param>
    /// <param name="x">Anchor.</param>
    /// <param name="y">Baseline.</param>
    /// <param name="text">Any text; it is encoded.</param>
    /// <param name="anchor">"start", "middle" or "end".</param>
    public SvgWriter Text(string className, double x, double y, string text, string anchor = "start")
    {
        Start("text", ("class", className), ("x", Number(x)), ("y", Number(y)), ("text-anchor", anchor));
        _svg.Append('>').Append(HtmlEncoder.Default.Encode(text)).Append("</text>");
        return this;
    }

    /// <summary>Ends the picture.</summary>
    public IHtmlContent Finish() => new HtmlString(Close("svg")._svg.ToString());

    private void Start(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _svg.Append('<').Append(name);
        foreach (var (attribute, value) in attributes)
        {
            if (value.Length > 0)
            {
                _svg.Append(' ').Append(attribute).Append("=\"").Append(HtmlEncoder.Default.Encode(value)).Append('"');
            }
        }
    }

    private SvgWriter CloseWithTitle(string name, string? title)
    {
        if (title is null)
        {
            _svg.Append("/>");
        }
        else
        {
            _svg.Append("><title>").Append(HtmlEncoder.Default.Encode(title)).Append("</title></").Append(name).Append('>');
        }

        return this;
    }
}
