using System.Globalization;

namespace VoiceQuality.Quality.Rtp;

/// <summary>Which jitter buffer is emulated.</summary>
public enum JitterBufferKind
{
    /// <summary>A constant depth: <see cref="FixedJitterBuffer"/>.</summary>
    Fixed,

    /// <summary>A depth that follows the jitter: <see cref="AdaptiveJitterBuffer"/>.</summary>
    Adaptive,
}

/// <summary>An emulated jitter buffer. Its text stands beside every score: "fixed:60", "adaptive:500".</summary>
/// <param name="Kind">How it plays.</param>
/// <param name="DepthMs">Depth of a fixed one, largest depth of an adaptive one, ms, 1 to 10,000.</param>
public readonly record struct JitterBufferModel(JitterBufferKind Kind, int DepthMs)
{
    /// <summary>The product's default.</summary>
    public static JitterBufferModel Default { get; } = new(JitterBufferKind.Fixed, 60);

    /// <summary>Reads the text.</summary>
    public static bool TryParse(string? text, out JitterBufferModel model)
    {
        model = default;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;

        if (colon < 0 || !int.TryParse(
            text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var depthMs))
        {
            return false;
        }

        JitterBufferKind? kind = text![..colon] switch
        {
            "fixed" => JitterBufferKind.Fixed,
            "adaptive" => JitterBufferKind.Adaptive,
            _ => null,
        };

        if (kind is null || depthMs is < 1 or > 10_000)
        {
            return false;
        }

        model = new JitterBufferModel(kind.Value, depthMs);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Kind == JitterBufferKind.Fixed ? "fixed" : "adaptive")}:{DepthMs}");
}
