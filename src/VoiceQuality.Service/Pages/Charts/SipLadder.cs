using System.Globalization;
using Microsoft.AspNetCore.Html;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Service.Pages.Charts;

/// <summary>The signalling of one call: endpoints as columns, messages as arrows, time downwards.</summary>
internal static class SipLadder
{
    /// <summary>Endpoints that get a column; messages of further ones are listed in the table alone.</summary>
    public const int LargestColumnCount = 8;

    private const double Gutter = 176;
    private const double HeadHeight = 30;
    private const double RowHeight = 38;
    private const double HeadTop = 8;

    /// <summary>Draws the ladder.</summary>
    /// <param name="events">Messages in capture order, at least one.</param>
    /// <param name="startedAtUs">What times are told from, microseconds since 1970-01-01 UTC.</param>
    public static IHtmlContent Render(IReadOnlyList<SignallingEvent> events, long startedAtUs)
    {
        var columns = Columns(events);
        var shown = events.Where(item => columns.Contains(item.Source) && columns.Contains(item.Destination)).ToList();
        var spacing = columns.Count <= 3 ? 300.0 : 210.0;
        var width = Gutter + (spacing * columns.Count);
        var height = HeadTop + HeadHeight + 12 + (RowHeight * shown.Count) + 14;
        var svg = new SvgWriter(
            "ladder", width, height,
            Inv($"SIP ladder of {shown.Count} messages between {columns.Count} endpoints; the table below lists them"));

        for (var i = 0; i < columns.Count; i++)
        {
            var x = X(i, spacing);
            svg.Line("lane", x, HeadTop + HeadHeight, x, height - 6);
            svg.Rect("lane-head", x - (spacing / 2) + 8, HeadTop, spacing - 16, HeadHeight);
            svg.Text("strong", x, HeadTop + 20, columns[i].ToString(), "middle");
        }

        var before = startedAtUs;
        for (var i = 0; i < shown.Count; i++)
        {
            var y = HeadTop + HeadHeight + 12 + (RowHeight * (i + 1)) - 10;
            DrawMessage(svg, shown[i], columns, spacing, y);
            svg.Text("", 68, y + 4, Inv($"{(shown[i].AtUs - startedAtUs) / 1e6:0.000} s"), "end");
            svg.Text("", Gutter - 12, y + 4, Inv($"+{(shown[i].AtUs - before) / 1000.0:#,0} ms"), "end");
            before = shown[i].AtUs;
        }

        return svg.Finish();
    }

    /// <summary>What a message means for the call: a class of the style sheet.</summary>
    internal static string KindOf(SignallingEvent item)
    {
        if (item.IsRetransmission)
        {
            return "again";
        }

        return item.Summary.Length < 3 || !char.IsAsciiDigit(item.Summary[0]) ? "request" : item.Summary[0] switch
        {
            '2' => "final",
            >= '4' and <= '6' => "fault",
            _ => "progress",
        };
    }

    private static List<IpEndpoint> Columns(IReadOnlyList<SignallingEvent> events)
    {
        var columns = new List<IpEndpoint>();
        foreach (var item in events)
        {
            Add(item.Source);
            Add(item.Destination);
        }

        return columns;

        void Add(IpEndpoint endpoint)
        {
            if (columns.Count < LargestColumnCount && !columns.Contains(endpoint))
            {
                columns.Add(endpoint);
            }
        }
    }

    private static void DrawMessage(
        SvgWriter svg, SignallingEvent item, List<IpEndpoint> columns, double spacing, double y)
    {
        var from = X(columns.IndexOf(item.Source), spacing);
        var to = X(columns.IndexOf(item.Destination), spacing);
        var text = item.Summary + (item.HasSdp ? " (SDP)" : "") + (item.IsRetransmission ? ", again" : "");
        svg.Open("g", ("class", KindOf(item)));
        if (from == to)
        {
            svg.Path("arrow", Inv($"M{from} {y - 6}h26v12h-18"));
            svg.Path("arrow-head", Inv($"M{from + 2} {y + 6}l9 -4v8z"));
            svg.Text("strong", from + 34, y + 4, text);
        }
        else
        {
            var sign = to > from ? 1 : -1;
            svg.Line("arrow", from, y, to - (8 * sign), y);
            svg.Path("arrow-head", Inv($"M{to} {y}l{-9 * sign} -4.5v9z"));
            svg.Text("strong", (from + to) / 2, y - 7, text, "middle");
        }

        svg.Close("g");
    }

    private static double X(int column, double spacing) => Gutter + (spacing * (column + 0.5));

    private static string Inv(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
