namespace VoiceQuality.Service.Pages.Charts;

/// <summary>
/// Widths of charts, user units. Each has a least width in the style sheet, below which its box scrolls.
/// </summary>
internal static class ChartWidth
{
    /// <summary>Across a page.</summary>
    public const double Full = 1000;

    /// <summary>Half a page.</summary>
    public const double Half = 540;

    /// <summary>A third of a wide page.</summary>
    public const double Third = 440;

    /// <summary>The class of a width; empty for the full one.</summary>
    public static string ClassOf(double width) => width switch
    {
        Half => "half",
        Third => "third",
        _ => "",
    };
}
